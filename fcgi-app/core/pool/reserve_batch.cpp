/// PoolBatch: who serves a request.

#include "core/pool/pool_batch.hpp"

namespace dreamina {

std::optional<Candidate> PoolBatch::choose_and_count(const ModelRule& rule, std::span<const AccountId> tried)
{
    std::optional<std::int64_t> limit = rule.daily_limit;
    while (auto candidate = accounts_.choose(rule, tried)) {
        // The others that were read with it will be asked next.
        if (limit && !usage_.knows(candidate->id, rule.id)) usage_.load(rule.id, accounts_.known());
        const auto calls = usage_.count(candidate->id, rule.id, limit);
        // At its limit although its exhausted set did not say so: this was its last call, or the limit was lowered a
        // moment ago; or raised, and this worker does not know it yet.
        if (limit && (!calls || *calls >= *limit) && rule.limit_bit) {
            const auto& applied = applied_limit(rule.id);
            if (applied.limit_bit != rule.limit_bit) {
                if (!calls) return std::nullopt;
            } else if (applied.limit && *applied.limit > *limit) {
                limit = applied.limit;
            } else {
                accounts_.change(candidate->id,
                                 [&](PoolAccount& account) { set_exhausted(account, *rule.limit_bit, true); });
            }
        }
        if (calls) return candidate;
    }
    return std::nullopt;
}

Reservation PoolBatch::reserve(const WaitingRequest& request)
{
    const BreakerDecision decision = breaker_.admit(now_);
    if (decision == BreakerDecision::refused)
        return tl::unexpected(NoLease{NoLease::Why::upstream_down, breaker_.next_chance(now_)});
    const ModelRule& rule = request.rule;
    const bool closed = rule.daily_limit && *rule.daily_limit <= 0;
    auto candidate = closed ? std::nullopt : choose_and_count(rule, request.tried);
    if (!candidate) {
        const bool busy = !closed && accounts_.any_busy(rule, request.tried);
        return tl::unexpected(NoLease{busy ? NoLease::Why::busy : NoLease::Why::none_eligible, std::nullopt});
    }
    ++state_.reserve_seq;
    counters_changed_ = true;
    accounts_.change(candidate->id,
                     [&](PoolAccount& account) { use(account, state_.reserve_seq, state_.max_concurrency); });
    const LeaseId id = add_lease(candidate->id, request);
    if (decision == BreakerDecision::probe) breaker_.probe_is_sent(id, now_);
    return Lease{.id = id,
                 .account = candidate->id,
                 .region = candidate->region,
                 .session_id = std::move(candidate->session_id),
                 .proxy_url = std::move(candidate->proxy_url),
                 .model = rule.id};
}

}  // namespace dreamina
