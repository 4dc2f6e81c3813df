#pragma once
/// Who waits, over all workers, because all accounts that could serve are busy: first come, first served. Whoever frees
/// an account gives it to the first that it can serve. Each call is a part of one write transaction that the caller
/// holds.

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "pool/pool.hpp"
#include "storage/waiting_store.hpp"

namespace dreamina {

/// Reserves, unless others wait already: nobody passes them. A ticket if the request has to wait and may.
/// A request with a key must be allowed by it: the call that `key_call` names as counted now is counted if it gets a
/// lease or a place in line, and taken back if it leaves the line without a lease. `today`: by which a key's day is
/// counted.
std::variant<Reservation, Ticket> reserve_or_wait(Database& database, const WaitingRequest& request, bool may_wait,
                                                  Time now, const ServiceDay& today = {});

/// Gives free accounts to those that wait, in their order.
void give_to_waiting(Database& database, Time now);

/// What of this worker's tickets has come to an end: a lease, or that there is no account left to wait for.
struct EndedWait {
    Ticket ticket = 0;
    Reservation reservation;
};
std::vector<EndedWait> take_ended(Database& database, std::string_view worker, Time now);

/// Waits no longer. The lease, if it was given one at the last moment.
Reservation leave(Database& database, Ticket ticket, Time now);

/// Ends the places of dead workers; what they had been given was never sent. Their requests are logged as interrupted;
/// `sums` is the caller's to write.
void leave_all_of(Database& database, const std::vector<std::string>& dead_workers, Time now, GatheredSums& sums);

}  // namespace dreamina
