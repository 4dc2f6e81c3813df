#pragma once
/// What the answers of all workers say of the upstream as a whole, kept in the database. Each call is a part of one
/// write transaction that the caller holds.

#include <string>
#include <vector>

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
    explicit CircuitBreaker(Database& database)
        : CircuitBreaker(database, BreakerStore{database}.state(), BreakerStore{database}.has_failures())
    {
    }
    /// Where this has been read already. `has_failures`: some are noted.
    CircuitBreaker(Database& database, const BreakerState& state, bool has_failures)
        : database_(database), state_(state), has_failures_(has_failures)
    {
    }

    /// Whether a request may be sent now.
    BreakerDecision admit(Time now);
    void probe_is_sent(LeaseId lease, Time now);
    Time next_chance(Time now) const { return dreamina::next_chance(state_, now); }

    /// Whether this is the outage speaking, so that the account has no part in it.
    bool is_attributed_to_upstream(Verdict verdict) const
    {
        return state_.is_open() && sign_of(verdict) == UpstreamSign::fails;
    }

    /// Opens, closes or goes on probing. Tells the failures that were not their accounts' after all: what they led to
    /// is the caller's to take back (AccountSelection::revert_bans), once it has written what it knows of accounts.
    [[nodiscard]] std::vector<RecordedFailure> record(const UpstreamObservation& observation, Time now);

    /// The request was never sent.
    void forget_probe(LeaseId lease, Time now);

    /// As new: another upstream has taken its place.
    void reset();

private:
    void record_success(const UpstreamObservation& observation);
    std::vector<RecordedFailure> record_failure(const UpstreamObservation& observation, Time now);
    void set(const BreakerState& state);

    Database& database_;
    BreakerState state_;
    bool has_failures_;
};

}  // namespace dreamina
