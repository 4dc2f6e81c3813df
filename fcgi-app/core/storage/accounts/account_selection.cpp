#include "core/storage/accounts/account_selection.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/storage/accounts/account_store.hpp"
#include "core/storage/accounts/pool_class.hpp"

namespace dreamina {

void AccountSelection::revert_bans(AccountId account, std::optional<Time> ban_until, bool takes_error_back, Time now)
{
    if (takes_error_back) {
        database_.run(
            "UPDATE accounts SET error_count = CASE WHEN error_count > 0 THEN error_count - 1 ELSE 0 END, updated_at = "
            "? WHERE id = ?",
            now, account);
    }
    if (ban_until) {
        database_.run(
            "UPDATE accounts SET banned = FALSE, ban_until = NULL, status_note = NULL, updated_at = ?1 "
            "WHERE id = ?2 AND banned AND ban_until = ?3",
            now, account, *ban_until);
    }
}

Eligibility AccountSelection::eligibility_for(const ModelRule& rule)
{
    const std::int64_t unwanted = rule.limit_bit ? std::int64_t{1} << *rule.limit_bit : 0;
    // One look: what is counted and what is told account by account are of the same moment.
    static const std::string sql = fmt::format(
        "SELECT id, ban_until, points_doubted, CASE "
        "  WHEN disabled THEN 'disabled'"
        "  WHEN session_id IS NULL OR session_expired THEN 'without_session'"
        "  WHEN (CAST(?1 AS BIGINT) >> CASE region WHEN 'us' THEN 0 WHEN 'hk' THEN 1 WHEN 'jp' THEN 2 WHEN 'sg' THEN 3 "
        "ELSE 4 END) & 1 = 0 THEN 'other_region'"
        "  WHEN ?2 AND {} THEN 'without_points'"
        "  WHEN proxy_url IS NOT NULL AND {} <> 0 THEN 'proxy_unsafe'"
        "  WHEN exhausted & ?3 <> 0 THEN 'at_limit'"
        "  WHEN banned THEN 'banned' WHEN busy THEN 'busy' END AS reason FROM living_accounts a ORDER BY id",
        lacks_points_sql("a"), barred_bits_sql());
    auto row = database_.query(sql, int{rule.regions}, rule.needs_points, unwanted);
    Eligibility eligibility;
    while (row.next()) {
        ++eligibility.total;
        const auto reason = parse_ineligible_reason(row.text("reason"));
        if (!reason) continue;
        ++count_of(eligibility, *reason);
        if (eligibility.accounts.size() < max_account_ineligibilities)
            eligibility.accounts.push_back({row.integer("id"), *reason});
        if (*reason == IneligibleReason::without_points && row.boolean("points_doubted")) ++eligibility.points_doubted;
        const auto ban_until = row.optional_time("ban_until");
        if (*reason == IneligibleReason::banned && ban_until)
            eligibility.next_ban_end = std::min(eligibility.next_ban_end.value_or(*ban_until), *ban_until);
    }
    return eligibility;
}

// Deleted accounts too are kept in line with limits: one that is restored is as it would be.

void AccountSelection::recompute_exhausted(std::string_view model, int limit_bit, std::int64_t limit)
{
    const std::int64_t bit = std::int64_t{1} << limit_bit;
    // Only rows that change are written: x | bit and x & ~bit are told apart by whether the bit is set now.
    database_.run(
        "WITH at_limit(id) AS (SELECT a.id FROM accounts a LEFT JOIN account_usage u ON u.account_id = a.id AND "
        "u.model = ?1 WHERE coalesce(u.calls, 0) >= ?2) "
        "UPDATE accounts SET exhausted = CASE WHEN exhausted & ?3 <> 0 THEN exhausted & ~CAST(?3 AS BIGINT) ELSE "
        "exhausted | ?3 END "
        "WHERE (exhausted & ?3 <> 0) <> (id IN (SELECT id FROM at_limit))",
        model, limit, bit);
}

void AccountSelection::clear_exhausted() { database_.run("UPDATE accounts SET exhausted = 0 WHERE exhausted <> 0"); }

void AccountSelection::clear_exhausted_bit(int limit_bit)
{
    database_.run("UPDATE accounts SET exhausted = exhausted & ~CAST(?1 AS BIGINT) WHERE exhausted & ?1 <> 0",
                  std::int64_t{1} << limit_bit);
}

void AccountSelection::recompute_busy(std::int64_t max_concurrency)
{
    // Only rows that change are written.
    database_.run("UPDATE accounts SET busy = NOT busy WHERE (?1 > 0 AND in_flight >= ?1) <> busy", max_concurrency);
}

}  // namespace dreamina
