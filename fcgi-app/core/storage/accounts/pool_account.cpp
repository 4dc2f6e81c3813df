#include "core/storage/accounts/pool_account.hpp"

#include <algorithm>

#include "core/storage/accounts/pool_class.hpp"

namespace dreamina {
namespace {

/// The class that sql/0017_deleted_accounts.sql computes, of what can change here. Who is out comes back only by what
/// others do.
void classify(PoolAccount& account)
{
    if (!account.pool_class) return;
    if (account.banned || account.session_expired) {
        account.pool_class.reset();
        return;
    }
    constexpr std::int64_t kept = class_region_mask | class_points_bit | class_proxy_bit;
    std::int64_t bits = *account.pool_class & kept;
    if (account.points_doubted) bits &= ~class_points_bit;
    account.pool_class = bits | (account.exhausted << class_exhausted_shift) | (account.busy ? class_busy_bit : 0);
}

void change_bits(PoolAccount& account)
{
    account.bits_changed = true;
    classify(account);
}

void change_state(PoolAccount& account)
{
    account.state_changed = true;
    classify(account);
}

std::optional<Time> ban(PoolAccount& account, const Consequence& consequence, const UseOutcome& outcome, Time now)
{
    const bool bans = consequence.ban != Ban::none || outcome.rule_ban;
    if (!bans && !consequence.lengthens_error_streak) return std::nullopt;
    // What was in flight when the proxy failed fails with it, and is not another failure.
    if (consequence.ban == Ban::rest && !account.banned) ++account.proxy_failures;
    const Time until = now + outcome.rule_ban.value_or(ban_length(bans ? consequence.ban : Ban::full, outcome.ban_for,
                                                                  outcome.retry_after, account.proxy_failures));
    if (!bans && account.error_streak < max_error_streak) return std::nullopt;
    // A ban that lasts longer already, or until it is lifted by hand, is not shortened and keeps its reason.
    if (account.banned && (!account.ban_until || *account.ban_until > until)) return std::nullopt;
    account.banned = true;
    account.ban_until = until;
    account.note = reason_for(outcome.verdict);
    change_state(account);
    return until;
}

}  // namespace

void use(PoolAccount& account, std::int64_t sequence, std::int64_t max_concurrency)
{
    account.used = true;
    account.last_used_seq = sequence;
    ++account.in_flight;
    if (max_concurrency <= 0 || account.in_flight < max_concurrency || account.busy) return;
    account.busy = true;
    change_bits(account);
}

void set_exhausted(PoolAccount& account, int limit_bit, bool exhausted)
{
    const std::int64_t bit = std::int64_t{1} << limit_bit;
    if (((account.exhausted & bit) != 0) == exhausted) return;
    account.exhausted ^= bit;
    change_bits(account);
}

void mark_damaged(PoolAccount& account)
{
    account.session_expired = true;
    account.note = Message{"account.damaged"};
    change_state(account);
}

Settled settle_use(PoolAccount& account, const UseOutcome& outcome, const PoolLimits& limits, Time now)
{
    const Consequence& consequence = consequence_of(outcome.verdict);
    const bool points_matter = account.region != Region::cn || limits.cn_points;
    account.settled = true;
    account.in_flight = std::max<std::int64_t>(account.in_flight - 1, 0);
    account.error_count += consequence.counts_as_error ? 1 : 0;
    account.error_streak += consequence.lengthens_error_streak ? 1 : 0;
    if (consequence.clears_error_streak) account.error_streak = account.proxy_failures = 0;
    if (consequence.asks_for_points && points_matter && !account.points_due_at) account.points_due_at = now;
    if (limits.max_concurrency > 0 && account.busy && account.in_flight < limits.max_concurrency) {
        account.busy = false;
        change_bits(account);
    }
    if (consequence.doubts_points && points_matter && !account.points_doubted) {
        account.points_doubted = account.points_unasked = true;
        if (!account.points_due_at) account.points_due_at = now;
        change_state(account);
    }
    if (consequence.expires_session) {
        // A session that has come meanwhile has not expired.
        if (!outcome.has_session_still) return {};
        account.session_expired = true;
        account.note = reason_for(outcome.verdict);
        change_state(account);
        return {.refresh_due = true, .banned_until = std::nullopt};
    }
    return {.refresh_due = false, .banned_until = ban(account, consequence, outcome, now)};
}

}  // namespace dreamina
