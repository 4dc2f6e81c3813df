#include "core/pool/wait_queue.hpp"

namespace dreamina {

std::variant<Reservation, Ticket> reserve_or_wait(Database& database, const WaitingRequest& request, bool may_wait,
                                                  Time now, const ServiceDay& today)
{
    GatheredSums none;  // nothing is logged here
    PoolBatch batch{database, now, none};
    auto outcome = batch.reserve_or_wait(request, may_wait, today);
    batch.write();
    return outcome;
}

void dispatch_waiters(Database& database, Time now)
{
    GatheredSums none;
    PoolBatch{database, now, none}.dispatch_waiters();
}

std::vector<FinishedWait> take_finished(Database& database, std::string_view worker, Time now)
{
    GatheredSums none;
    PoolBatch batch{database, now, none};
    auto finished = batch.take_finished(worker);
    batch.write();
    return finished;
}

Reservation leave(Database& database, Ticket ticket, Time now)
{
    GatheredSums none;
    PoolBatch batch{database, now, none};
    Reservation outcome = std::move(batch.leave({&ticket, 1}).front());
    batch.write();
    return outcome;
}

void remove_waiters_of(Database& database, const std::vector<std::string>& dead_workers, Time now, GatheredSums& sums)
{
    PoolBatch batch{database, now, sums};
    batch.remove_waiters_of(dead_workers);
    batch.write();
}

}  // namespace dreamina
