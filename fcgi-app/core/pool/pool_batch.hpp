#pragma once
/// Reservations, settlements and the wait queue, for a whole batch in one write transaction that the caller holds. The
/// rules go through the batch one after another, in memory, and each sees what those before it have changed; the
/// database is read and written for all of them together:
///
///   1. one row tells of the pool as a whole (PoolState); the leases that are to be settled, with their accounts, and
///      the states of the keys follow in one statement each (expect); queues of accounts are read as far as the
///      reservations get (AccountQueues). Where what was read is not enough, that is read on.
///   2. write(): usage, accounts, leases out and in, tickets, keys, log rows, a statement for each kind.
///
/// So n requests cost the statements of one. A batch of one is nothing special: reserve() and its like (pool.hpp) are
/// that.

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "core/pool/circuit_breaker.hpp"
#include "core/pool/pool.hpp"
#include "core/pool/request_log.hpp"
#include "core/storage/accounts/account_queues.hpp"
#include "core/storage/accounts/usage_changes.hpp"
#include "core/storage/stores/key_uses.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/stores/pool_state.hpp"
#include "core/storage/stores/waiting_store.hpp"

namespace dreamina {

/// What of a worker's tickets has come to an end: a lease, or that there is no account left to wait for.
struct FinishedWait {
    Ticket ticket = 0;
    Reservation reservation;
};

class PoolBatch {
public:
    /// Reads the state. Until write() no other code may change accounts, leases, keys or the wait queue through the
    /// same connection. `sums`: of what is logged; the caller's to write.
    PoolBatch(Database& database, Time now, GatheredSums& sums);

    /// What is to come, so that it is read at once.
    struct Expected {
        std::vector<LeaseId> leases;  ///< to be settled or given back
        std::vector<ApiKeyId> keys;
        std::size_t reservations = 0;
    };
    void expect(const Expected& expected);

    // As the functions of the same names in pool.hpp and wait_queue.hpp.
    bool settle(const Settlement& settlement);
    bool give_back(LeaseId lease);
    Reservation reserve(const WaitingRequest& request);
    std::variant<Reservation, Ticket> reserve_or_wait(const WaitingRequest& request, bool may_wait,
                                                      const ServiceDay& today);
    void dispatch_waiters();
    std::vector<FinishedWait> take_finished(std::string_view worker);
    /// In the order of `tickets`.
    std::vector<Reservation> leave(std::span<const Ticket> tickets);
    void remove_waiters_of(const std::vector<std::string>& dead_workers);

    RequestLog& log() { return log_; }
    /// Perhaps: those who have left meanwhile are counted too.
    bool has_waiters() const { return state_.has_waiters; }

    void write();

private:
    // Leases (pool_batch.cpp): as they will be after write().
    void load_leases(std::span<const LeaseId> leases);
    const LeaseRow* find_lease(LeaseId lease);
    std::optional<LeaseRow> take_lease(LeaseId lease);
    LeaseId add_lease(AccountId account, const WaitingRequest& request);
    void count_in_flight(const std::optional<KeyCall>& key_call, int change);
    const ModelStore::AppliedLimit& applied_limit(const std::string& model);

    // settle_batch.cpp
    void log_settled(const Settlement& settlement, const std::optional<LeaseRow>& lease);
    void take_back_call(const LeaseRow& lease);
    void end_use(const LeaseRow& lease);
    Settled book_outcome(const LeaseRow& lease, const Settlement& settlement, bool is_attributed);
    void report_to_breaker(const LeaseRow& lease, const Settlement& settlement, const Settled& settled);

    // reserve_batch.cpp
    std::optional<Candidate> choose_and_count(const ModelRule& rule, std::span<const AccountId> tried);

    // wait_batch.cpp
    std::optional<NoLease> cannot_be_served(const WaitingRequest& request);
    std::variant<Reservation, Ticket> reserve_or_join(const WaitingRequest& request, bool may_wait);
    Ticket join(const WaitingRequest& request);
    std::optional<ApiKeyRefusal> refusal_by_key_state(ApiKeyId key);
    Reservation lease_of(LeaseId lease);
    void left_without_lease(const RemovedWaiter& waiter);

    Database& database_;
    const Time now_;
    PoolState state_;
    CircuitBreaker breaker_;
    AccountQueues accounts_;
    UsageChanges usage_;
    KeyUses keys_;
    RequestLog log_;
    std::unordered_map<LeaseId, std::optional<LeaseRow>> leases_;  // those that were asked for; nothing: it is gone
    std::map<std::string, ModelStore::AppliedLimit> applied_limits_;

    // What is to be written beside.
    std::vector<LeaseId> ended_;
    std::vector<NewLease> begun_;
    std::vector<WaitingRequest> joined_;
    std::vector<GivenLease> given_;
    bool counters_changed_ = false;
};

}  // namespace dreamina
