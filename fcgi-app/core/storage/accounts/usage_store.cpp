#include "core/storage/accounts/usage_store.hpp"

namespace dreamina {

std::map<std::string, std::int64_t> UsageStore::of_account(AccountId account)
{
    std::map<std::string, std::int64_t> usage;
    auto rows = database_.query("SELECT model, calls FROM account_usage WHERE account_id = ?", account);
    while (rows.next()) usage.emplace(rows.text("model"), rows.integer("calls"));
    return usage;
}

void UsageStore::reset_all() { database_.run("DELETE FROM account_usage"); }

}  // namespace dreamina
