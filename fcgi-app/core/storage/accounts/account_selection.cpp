#include "core/storage/accounts/account_selection.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/domain/upstream_kind.hpp"
#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/accounts/account_store.hpp"

namespace dreamina {
namespace {

/// Positions in accounts.pool_class (sql/0017_deleted_accounts.sql has them all).
constexpr int region_mask = 0b111;
constexpr int cn_region = 4;
constexpr int points_bit = 0b1000;
constexpr int exhausted_shift = 4;
constexpr std::int64_t proxy_bit = std::int64_t{1} << 59;
constexpr std::int64_t busy_bit = std::int64_t{1} << 60;

/// `classes` hops from one class to the next over the index; the head of each fitting class is its least recently
/// used account. ?1 regions, ?2 bits that must be set, ?3 bits that must not be set besides those that are barred,
/// ?4 the region's bits.
std::string choose_sql(std::string_view further_condition)
{
    return fmt::format(
        "WITH RECURSIVE classes(class) AS ("
        "  SELECT min(pool_class) FROM accounts WHERE pool_class IS NOT NULL"
        "  UNION ALL"
        "  SELECT (SELECT min(pool_class) FROM accounts WHERE pool_class > class) FROM classes WHERE class IS NOT "
        "NULL) "
        "SELECT a.id, a.region, a.session_id, a.proxy_url FROM ("
        "  SELECT (SELECT id FROM accounts WHERE pool_class = class {} ORDER BY last_used_seq LIMIT 1) AS head"
        "  FROM classes WHERE class IS NOT NULL AND (?1 >> (class & ?4)) & 1 AND {} & ?2 = ?2 "
        "  AND class & (?3 | {}) = 0"
        ") JOIN accounts a ON a.id = head ORDER BY a.last_used_seq, a.id LIMIT 1",
        further_condition, serving_class_sql("class"), barred_bits_sql());
}

/// The head of the fitting queues; the queues of busy accounts instead of the others, if asked.
Query heads(Database& database, const ModelRule& rule, std::span<const AccountId> tried, bool busy)
{
    const std::int64_t wanted = (rule.needs_points ? points_bit : 0) | (busy ? busy_bit : 0);
    const std::int64_t exhausted = rule.limit_bit ? std::int64_t{1} << (exhausted_shift + *rule.limit_bit) : 0;
    const std::int64_t unwanted = exhausted | (busy ? 0 : busy_bit);
    static const std::string first_choice = choose_sql("");
    static const std::string other_choice = choose_sql("AND id NOT IN (SELECT value FROM json_each(?5))");
    return tried.empty() ? database.query(first_choice, int{rule.regions}, wanted, unwanted, region_mask)
                         : database.query(other_choice, int{rule.regions}, wanted, unwanted, region_mask,
                                          fmt::format("[{}]", fmt::join(tried, ",")));
}

struct Head {
    Candidate candidate;
    bool damaged = false;
};

std::optional<Head> read_head(Database& database, const Query& row)
{
    const AccountId id = row.integer("id");
    auto session = read_secret(database, row, secret_column::session_id, id);
    auto proxy = read_secret(database, row, secret_column::proxy_url, id);
    const bool damaged = !session || (!proxy && !row.is_null(secret_column::proxy_url));
    return Head{.candidate = {.id = id,
                              .region = parse_region(row.text("region")).value_or(Region::us),
                              .session_id = session.value_or(""),
                              .proxy_url = std::move(proxy)},
                .damaged = damaged};
}

std::optional<Head> first_head(Database& database, Query row)
{
    return row.next() ? read_head(database, row) : std::nullopt;
}

}  // namespace

std::string_view barred_bits_sql()
{
    static const std::string sql =
        fmt::format("CASE WHEN (SELECT kind = '{}' OR awaited FROM upstream_facts) THEN {} ELSE 0 END",
                    to_string(UpstreamKind::jimeng_api_go), proxy_bit);
    static_assert(gives_proxies_away(UpstreamKind::jimeng_api_go));
    return sql;
}

std::string serving_class_sql(std::string_view pool_class)
{
    return fmt::format(
        "({0} | CASE WHEN {0} & {1} = {2} AND NOT (SELECT cn_points FROM pool_state) THEN {3} ELSE 0 END)", pool_class,
        region_mask, cn_region, points_bit);
}

bool can_serve(std::int64_t serving_class, const ModelRule& rule)
{
    const std::int64_t exhausted = rule.limit_bit ? std::int64_t{1} << (exhausted_shift + *rule.limit_bit) : 0;
    const bool in_region = ((int{rule.regions} >> (serving_class & region_mask)) & 1) != 0;
    return in_region && (!rule.needs_points || (serving_class & points_bit) != 0) && (serving_class & exhausted) == 0;
}

bool is_busy_class(std::int64_t pool_class) { return (pool_class & busy_bit) != 0; }

std::optional<Candidate> AccountSelection::choose(const ModelRule& rule, std::span<const AccountId> tried)
{
    for (;;) {
        auto head = first_head(database_, heads(database_, rule, tried, false));
        if (!head) return std::nullopt;
        if (!head->damaged) return std::move(head->candidate);
        // It must not stay at the head of its queue for ever.
        database_.run("UPDATE accounts SET session_expired = 1, status_note = ? WHERE id = ?",
                      Message{"account.damaged"}, head->candidate.id);
    }
}

std::optional<Candidate> AccountSelection::candidate(AccountId account)
{
    auto head = first_head(
        database_,
        database_.query(
            "SELECT id, region, session_id, proxy_url FROM living_accounts WHERE id = ? AND session_id IS NOT NULL",
            account));
    return head && !head->damaged ? std::optional{std::move(head->candidate)} : std::nullopt;
}

bool AccountSelection::any_busy(const ModelRule& rule, std::span<const AccountId> tried)
{
    return heads(database_, rule, tried, true).next();
}

void AccountSelection::mark_used(AccountId account, const UseStep& step, Time now)
{
    database_.run("UPDATE accounts SET last_used_seq = ?2, last_used_at = ?3, in_flight = in_flight + 1 WHERE id = ?1",
                  account, step.sequence, now);
    if (step.max_concurrency > 0) {
        database_.run("UPDATE accounts SET busy = 1 WHERE id = ? AND in_flight >= ?", account, step.max_concurrency);
    }
}

void AccountSelection::set_exhausted(AccountId account, int limit_bit, bool exhausted)
{
    const std::int64_t bit = std::int64_t{1} << limit_bit;
    if (exhausted) {
        database_.run("UPDATE accounts SET exhausted = exhausted | ? WHERE id = ?", bit, account);
    } else {
        database_.run("UPDATE accounts SET exhausted = exhausted & ~? WHERE id = ?", bit, account);
    }
}

AccountSelection::Settled AccountSelection::settle(AccountId account, const Outcome& outcome,
                                                   std::int64_t max_concurrency, Time now)
{
    const Consequence& consequence = consequence_of(outcome.verdict);
    // Whatever an account's place in its queue depends on is only named where it changes: naming it moves the place.
    static const std::string end_use = fmt::format(
        "UPDATE accounts SET in_flight = max(in_flight - 1, 0), updated_at = ?2, error_count = error_count + ?3, "
        "error_streak = CASE WHEN ?4 THEN 0 ELSE error_streak + ?5 END, "
        "proxy_failures = CASE WHEN ?4 THEN 0 ELSE proxy_failures END, "
        "points_due_at = CASE WHEN ?6 AND {} THEN coalesce(points_due_at, ?2) ELSE points_due_at END WHERE id = ?1",
        points_matter_sql());
    database_.run(end_use, account, now, consequence.counts_as_error, consequence.clears_error_streak,
                  consequence.lengthens_error_streak, consequence.asks_for_points);
    if (max_concurrency > 0) {
        database_.run("UPDATE accounts SET busy = 0 WHERE id = ? AND busy AND in_flight < ?", account, max_concurrency);
    }
    if (consequence.doubts_points) {
        static const std::string doubt =
            "UPDATE accounts SET points_doubted = 1, points_due_at = coalesce(points_due_at, ?2), "
            "points_asked_at = NULL WHERE id = ?1 AND NOT points_doubted AND " +
            points_matter_sql();
        database_.run(doubt, account, now);
    }
    if (consequence.expires_session) {
        {
            // A session that has come meanwhile has not expired.
            auto row = database_.query("SELECT session_id FROM accounts WHERE id = ?", account);
            if (!row.next() || read_secret(database_, row, secret_column::session_id, account) != outcome.session_id)
                return {};
        }
        return {.refresh_due = database_.run("UPDATE accounts SET session_expired = 1, status_note = ? WHERE id = ?",
                                             reason_for(outcome.verdict), account) > 0,
                .banned_until = std::nullopt};
    }
    return {.refresh_due = false, .banned_until = ban(account, consequence, outcome, now)};
}

/// What was in flight when the proxy failed fails with it, and is not another failure.
std::int64_t AccountSelection::note_proxy_failure(AccountId account)
{
    database_.run("UPDATE accounts SET proxy_failures = proxy_failures + 1 WHERE id = ? AND NOT banned", account);
    auto row = database_.query("SELECT proxy_failures FROM accounts WHERE id = ?", account);
    return row.next() ? row.integer() : 0;
}

std::optional<Time> AccountSelection::ban(AccountId account, const Consequence& consequence, const Outcome& outcome,
                                          Time now)
{
    const bool bans = consequence.ban != Ban::none || outcome.rule_ban;
    if (!bans && !consequence.lengthens_error_streak) return std::nullopt;
    const std::int64_t failures = consequence.ban == Ban::rest ? note_proxy_failure(account) : 0;
    const Time until = now + outcome.rule_ban.value_or(ban_length(bans ? consequence.ban : Ban::full, outcome.ban_for,
                                                                  outcome.retry_after, failures));
    // A ban that lasts longer already, or until it is lifted by hand, is not shortened and keeps its reason.
    const bool banned = database_.run(
                            "UPDATE accounts SET status_note = ?2, ban_until = ?3, banned = 1 "
                            "WHERE id = ?1 AND (?4 OR error_streak >= ?5) "
                            "AND NOT (banned AND (ban_until IS NULL OR ban_until > ?3))",
                            account, reason_for(outcome.verdict), until, bans, max_error_streak) > 0;
    return banned ? std::optional{until} : std::nullopt;
}

void AccountSelection::revert_bans(AccountId account, std::optional<Time> ban_until, bool takes_error_back, Time now)
{
    if (takes_error_back) {
        database_.run("UPDATE accounts SET error_count = max(error_count - 1, 0), updated_at = ? WHERE id = ?", now,
                      account);
    }
    if (ban_until) {
        database_.run(
            "UPDATE accounts SET banned = 0, ban_until = NULL, status_note = NULL, updated_at = ?1 "
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
        "  WHEN NOT (?1 >> CASE region WHEN 'us' THEN 0 WHEN 'hk' THEN 1 WHEN 'jp' THEN 2 WHEN 'sg' THEN 3 ELSE 4 END) "
        "& 1"
        "    THEN 'other_region'"
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
        "WITH full(id) AS (SELECT a.id FROM accounts a LEFT JOIN account_usage u ON u.account_id = a.id AND "
        "u.model = ?1 WHERE coalesce(u.calls, 0) >= ?2) "
        "UPDATE accounts SET exhausted = CASE WHEN exhausted & ?3 THEN exhausted & ~?3 ELSE exhausted | ?3 END "
        "WHERE (exhausted & ?3 <> 0) <> (id IN (SELECT id FROM full))",
        model, limit, bit);
}

void AccountSelection::clear_exhausted() { database_.run("UPDATE accounts SET exhausted = 0 WHERE exhausted <> 0"); }

void AccountSelection::clear_exhausted_bit(int limit_bit)
{
    database_.run("UPDATE accounts SET exhausted = exhausted & ~?1 WHERE exhausted & ?1 <> 0",
                  std::int64_t{1} << limit_bit);
}

void AccountSelection::recompute_busy(std::int64_t max_concurrency)
{
    // Only rows that change are written.
    database_.run("UPDATE accounts SET busy = NOT busy WHERE (?1 > 0 AND in_flight >= ?1) <> busy", max_concurrency);
}

}  // namespace dreamina
