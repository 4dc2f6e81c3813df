#include "core/storage/accounts/usage_history.hpp"

#include "core/storage/engine/json_rows.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

/// Milliseconds of work, of the 50 that a write may take.
constexpr int days_per_piece = 1000;

}  // namespace

void UsageHistory::keep_day(std::string_view day)
{
    // A day may end more than once, when a reset is asked for.
    database_.run(
        "INSERT INTO usage_days (day, account_id, model, calls) SELECT ?, account_id, model, calls FROM "
        "account_usage WHERE calls > 0 ON CONFLICT (day, account_id, model) DO UPDATE SET "
        "calls = usage_days.calls + excluded.calls",
        day);
}

std::map<std::string, std::int64_t> UsageHistory::of_account(AccountId account, std::string_view day)
{
    std::map<std::string, std::int64_t> usage;
    auto rows = database_.query("SELECT model, calls FROM usage_days WHERE day = ? AND account_id = ?", day, account);
    while (rows.next()) usage.emplace(rows.text("model"), rows.integer("calls"));
    return usage;
}

int UsageHistory::remove_before(std::string_view day, const std::stop_token& stop)
{
    int all = 0;
    while (!stop.stop_requested()) {
        const int removed = database_.run(
            "DELETE FROM usage_days WHERE (day, account_id, model) IN (SELECT day, account_id, model FROM usage_days "
            "WHERE day < ? ORDER BY day, account_id, model LIMIT ?)",
            day, days_per_piece);
        all += removed;
        if (removed < days_per_piece) break;
        let_others_write();
    }
    return all;
}

void UsageHistory::forget(std::span<const AccountId> accounts)
{
    // Hops from one day to the next: there is no index by account.
    database_.run(
        "WITH RECURSIVE days(day) AS (SELECT min(day) FROM usage_days UNION ALL SELECT (SELECT min(day) FROM "
        "usage_days "
        "WHERE day > days.day) FROM days WHERE days.day IS NOT NULL) "
        "DELETE FROM usage_days WHERE day IN (SELECT day FROM days WHERE day IS NOT NULL) AND account_id IN "
        "(SELECT CAST(value AS BIGINT) FROM json_each(?))",
        json_list(accounts));
}

}  // namespace dreamina
