#pragma once
/// `usage_days`: calls per account and model of the days that are over.

#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/domain/account/account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class UsageHistory {
public:
    explicit UsageHistory(Database& database) : database_(database) {}

    /// Books what was counted since the last daily reset for that day (YYYY-MM-DD), before the next one clears it: in
    /// its Transaction.
    void keep_day(std::string_view day);

    std::map<std::string, std::int64_t> of_account(AccountId account, std::string_view day);

    /// Days before that one, in pieces that are transactions of their own. How many rows went.
    int remove_before(std::string_view day, const std::stop_token& stop);

    /// All days of these accounts.
    void forget(std::span<const AccountId> accounts);

private:
    Database& database_;
};

}  // namespace dreamina
