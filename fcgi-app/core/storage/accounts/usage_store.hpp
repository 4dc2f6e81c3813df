#pragma once
/// `account_usage`: calls per account and model since the last daily reset, those in flight among them.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/account/account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class UsageStore {
public:
    explicit UsageStore(Database& database) : database_(database) {}

    std::map<std::string, std::int64_t> of_account(AccountId account);

    /// Counts one call unless the account has reached `limit`; the calls counted then, or nothing at the limit.
    std::optional<std::int64_t> count(AccountId account, std::string_view model, std::optional<std::int64_t> limit);

    /// Takes one call back; the calls left.
    std::int64_t take_back(AccountId account, std::string_view model);

    void reset_all();

private:
    Database& database_;
};

}  // namespace dreamina
