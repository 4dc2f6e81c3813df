#pragma once
/// Requests that wait, over all workers, because every account that could serve them is busy: first come, first served.
/// Each call is a part of one write transaction that the caller holds.
///
/// A waiting request is a row with a ticket; tickets grow, so their order is the order of arrival. Requests that want
/// the same (regions, points, model limit, accounts already tried) form one queue, and only the head of each queue is
/// looked at. dispatch_waiters() takes the heads by ticket, reserves an account for each and writes the lease into the
/// row. It runs in whichever worker commits next, so an account that one worker frees may go to another's request; that
/// worker finds the lease with take_finished() and sends the request.
///
/// Requests of low priority have tickets far behind all others, so that they come after whoever may still join.
///
/// Otherwise a new request never overtakes: while another waits it joins the queue, even if an account is free for it,
/// and gets that account in the same transaction if no request before it can use it. A request that may not wait
/// (QUEUE_TIMEOUT 0) gets an account only after those that wait were served. A head that nothing can serve any more
/// (the accounts are gone, or the circuit breaker is open) ends the wait of its whole queue with that reason.
///
/// A request of an API key is counted when it joins, and the call is taken back if it leaves without a lease.

#include <string>
#include <variant>
#include <vector>

#include "core/pool/pool_batch.hpp"

namespace dreamina {

/// Reserves, unless others wait already: a new request does not pass them. A ticket if the request has to wait and may.
/// A request with a key must be allowed by it: the call that `key_call` names as counted now is counted if it gets a
/// lease or a place in the queue, and taken back if it leaves the queue without a lease. `today`: by which a key's day
/// is counted.
std::variant<Reservation, Ticket> reserve_or_wait(Database& database, const WaitingRequest& request, bool may_wait,
                                                  Time now, const ServiceDay& today = {});

/// Gives free accounts to those that wait, in their order.
void dispatch_waiters(Database& database, Time now);

/// What of this worker's tickets has come to an end.
std::vector<FinishedWait> take_finished(Database& database, std::string_view worker, Time now);

/// Waits no longer. The lease, if it was given one at the last moment.
Reservation leave(Database& database, Ticket ticket, Time now);

/// Ends the places of dead workers; what they had been given was never sent. Their requests are logged with an unknown
/// outcome; `sums` is the caller's to write.
void remove_waiters_of(Database& database, const std::vector<std::string>& dead_workers, Time now, GatheredSums& sums);

}  // namespace dreamina
