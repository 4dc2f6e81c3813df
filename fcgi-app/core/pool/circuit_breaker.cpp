#include "core/pool/circuit_breaker.hpp"

#include "core/base/log.hpp"
#include "core/domain/account/account_policy.hpp"

namespace dreamina {

void CircuitBreaker::set(const BreakerState& state)
{
    state_ = state;
    BreakerStore{database_}.set_state(state_);
}

BreakerDecision CircuitBreaker::admit(Time now)
{
    const BreakerDecision decision = dreamina::admit(state_, now);
    if (decision != BreakerDecision::closes) return decision;
    log_info("the upstream serves a request again: the circuit breaker closes");
    reset();
    return BreakerDecision::pass;
}

void CircuitBreaker::probe_is_sent(LeaseId lease, Time now) { set(after_probe_was_sent(state_, lease, now)); }

std::vector<RecordedFailure> CircuitBreaker::record(const UpstreamObservation& observation, Time now)
{
    switch (sign_of(observation.verdict)) {
    case UpstreamSign::works: record_success(observation); return {};
    case UpstreamSign::fails: return record_failure(observation, now);
    case UpstreamSign::none: break;
    }
    if (!state_.is_open() || state_.probe_lease != observation.lease) return {};
    set(observation.verdict == Verdict::interrupted ? after_probe_failed(state_, now)
                                                    : after_probe_told_nothing(state_, now));
    return {};
}

void CircuitBreaker::record_success(const UpstreamObservation& observation)
{
    BreakerStore store{database_};
    if (!state_.is_open()) {
        if (!has_failures_) return;
        store.record_success(observation.sent_at);
        has_failures_ = store.has_failures();
        return;
    }
    // What was sent before the outage may still come to a good end and says nothing of those that come now.
    if (observation.sent_at < *state_.opened_at) return;
    log_info("the upstream is back ({}): requests pass", to_string(observation.verdict));
    reset();
}

std::vector<RecordedFailure> CircuitBreaker::record_failure(const UpstreamObservation& observation, Time now)
{
    if (state_.is_open()) {
        if (state_.probe_lease == observation.lease) set(after_probe_failed(state_, now));
        return {};
    }
    BreakerStore store{database_};
    const std::string origin = store.origin_of(observation.origin.empty() ? observation.request : observation.origin);
    store.add_failure({.failure = {.request = std::string{observation.request},
                                   .origin = origin,
                                   .account = observation.account,
                                   .unreached = observation.unreached,
                                   .at = now},
                       .was_error = consequence_of(observation.verdict).counts_as_error,
                       .ban_until = observation.ban_until});
    has_failures_ = true;
    auto failures = store.failures();
    std::vector<UpstreamFailure> all;
    std::vector<UpstreamFailure> certain;
    for (const RecordedFailure& recorded : failures) {
        all.push_back(recorded.failure);
        if (!recorded.contradicted) certain.push_back(recorded.failure);
    }
    if (is_outage(certain, now)) {
        store.clear_failures();
        has_failures_ = false;
        set(opened(now));
        log_warning("the upstream is down: requests are refused until a probe succeeds");
    } else if (is_the_requests_own(all, origin)) {
        std::erase_if(failures, [&](const RecordedFailure& recorded) { return recorded.failure.origin != origin; });
        store.forget_consequences(origin);
    } else {
        failures.clear();
    }
    return failures;
}

void CircuitBreaker::forget_probe(LeaseId lease, Time now)
{
    if (state_.is_open() && state_.probe_lease == lease) set(after_probe_told_nothing(state_, now));
}

void CircuitBreaker::reset()
{
    BreakerStore{database_}.clear_failures();
    has_failures_ = false;
    set({});
}

}  // namespace dreamina
