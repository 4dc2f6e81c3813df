#pragma once
/// What the answers of all workers say of the upstream as a whole, kept in the database. Each call is a part of one
/// write transaction that the caller holds.

#include <string>

#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/stores/lease_store.hpp"

namespace dreamina {

/// One answer, after it was booked.
struct UpstreamObservation {
    std::string_view request;
    std::string_view origin;  ///< UpstreamFailure's, as a digest; empty: the request's own
    LeaseId lease = 0;
    Time sent_at{};
    AccountId account = 0;
    Verdict verdict = Verdict::success;
    bool unreached = false;         ///< no connection at all
    std::optional<Time> ban_until;  ///< the ban that it led to
};

class CircuitBreaker {
public:
    explicit CircuitBreaker(Database& database) : database_(database), state_(BreakerStore{database}.state()) {}

    /// Whether a request may be sent now.
    BreakerDecision admit(Time now);
    void probe_is_sent(LeaseId lease, Time now);
    Time next_chance(Time now) const { return dreamina::next_chance(state_, now); }

    /// Whether this is the outage speaking, so that the account has no part in it.
    bool is_attributed_to_upstream(Verdict verdict) const
    {
        return state_.is_open() && sign_of(verdict) == UpstreamSign::fails;
    }

    /// Opens, closes or goes on probing. At the beginning of an outage those that it banned are let go.
    void record(const UpstreamObservation& observation, Time now);

    /// The request was never sent.
    void forget_probe(LeaseId lease, Time now);

    /// As new: another upstream has taken its place.
    void reset();

private:
    void record_success(const UpstreamObservation& observation);
    void record_failure(const UpstreamObservation& observation, Time now);
    void revert_bans(std::span<const RecordedFailure> failures, Time now);
    void set(const BreakerState& state);

    Database& database_;
    BreakerState state_;
};

}  // namespace dreamina
