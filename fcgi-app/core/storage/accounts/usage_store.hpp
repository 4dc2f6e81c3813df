#pragma once
/// `account_usage`: calls per account and model since the last daily reset, those in flight among them. They are
/// counted by UsageChanges.

#include <map>
#include <string>

#include "core/domain/account/account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class UsageStore {
public:
    explicit UsageStore(Database& database) : database_(database) {}

    std::map<std::string, std::int64_t> of_account(AccountId account);

    void reset_all();

private:
    Database& database_;
};

}  // namespace dreamina
