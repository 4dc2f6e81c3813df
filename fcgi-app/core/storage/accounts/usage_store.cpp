#include "core/storage/accounts/usage_store.hpp"

#include <limits>

namespace dreamina {

std::map<std::string, std::int64_t> UsageStore::of_account(AccountId account)
{
    std::map<std::string, std::int64_t> usage;
    auto rows = database_.query("SELECT model, calls FROM account_usage WHERE account_id = ?", account);
    while (rows.next()) usage.emplace(rows.text("model"), rows.integer("calls"));
    return usage;
}

std::optional<std::int64_t> UsageStore::count(AccountId account, std::string_view model,
                                              std::optional<std::int64_t> limit)
{
    const std::int64_t highest = limit.value_or(std::numeric_limits<std::int64_t>::max());
    if (highest <= 0) return std::nullopt;
    auto row = database_.query(
        "INSERT INTO account_usage (account_id, model, calls) VALUES (?1, ?2, 1) "
        "ON CONFLICT DO UPDATE SET calls = calls + 1 WHERE calls < ?3 RETURNING calls",
        account, model, highest);
    if (!row.next()) return std::nullopt;
    const std::int64_t calls = row.integer();
    row.finish();
    return calls;
}

std::int64_t UsageStore::take_back(AccountId account, std::string_view model)
{
    auto row = database_.query(
        "UPDATE account_usage SET calls = max(calls - 1, 0) WHERE account_id = ? AND model = ? "
        "RETURNING calls",
        account, model);
    if (!row.next()) return 0;
    const std::int64_t calls = row.integer();
    row.finish();
    return calls;
}

void UsageStore::reset_all() { database_.run("DELETE FROM account_usage"); }

}  // namespace dreamina
