#pragma once
/// `waiting`: requests that wait because all accounts that could serve them are busy. Changes are part of a larger
/// write transaction.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/model_catalog.hpp"
#include "core/storage/engine/database.hpp"
#include "core/storage/stores/lease_store.hpp"

namespace dreamina {

using Ticket = std::int64_t;

/// From here on: those of low priority, behind all others.
constexpr Ticket low_tickets = Ticket{1} << 52;

struct WaitingRequest {
    Ticket ticket = 0;
    std::string worker;
    ModelRule rule;
    std::vector<AccountId> tried;
    milliseconds lease_for{};
    std::optional<KeyCall> key_call;  ///< its lease will have it
    RequestFacts request = {};
    bool is_low = false;  ///< it is served once none without this waits that wants the same account
};

/// A ticket whose turn has come.
struct GivenLease {
    Ticket ticket = 0;
    LeaseId lease = 0;
};

/// A ticket that has left the queue.
struct RemovedWaiter {
    Ticket ticket = 0;
    std::optional<LeaseId> lease;  ///< that it had been given
    std::optional<KeyCall> key_call;
};

class WaitingStore {
public:
    explicit WaitingStore(Database& database) : database_(database) {}

    /// Their tickets are given (PoolState), each larger than all before.
    void add(std::span<const WaitingRequest> requests);

    /// What is wanted by those without a lease, each once, in no order.
    std::vector<std::string> wants();
    /// The first without a lease who want this, of those behind a ticket.
    std::vector<WaitingRequest> first(std::string_view wants, Ticket behind, std::int64_t limit);

    /// All of a worker's, those that have been given a lease among them.
    std::vector<WaitingRequest> of_worker(std::string_view worker);

    void give(std::span<const GivenLease> leases);
    std::vector<GivenLease> given_to(std::string_view worker);
    /// Removes them, in the order of their tickets.
    std::vector<GivenLease> take_given(std::string_view worker);

    /// Removes those that are there still.
    std::vector<RemovedWaiter> remove(std::span<const Ticket> tickets);
    /// Removes those of a worker that want this and have not been given anything.
    std::vector<RemovedWaiter> remove_all(std::string_view wants, std::string_view worker);
    /// Removes all of a worker.
    std::vector<RemovedWaiter> remove_all_of(std::string_view worker);
    std::vector<std::string> workers();

private:
    Database& database_;
};

}  // namespace dreamina
