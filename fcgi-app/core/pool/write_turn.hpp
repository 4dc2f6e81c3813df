#pragma once
/// One turn of the write queue, within its transaction: the entries' work, as one PoolBatch.
///
/// The order is one in which the entries might have come: housekeeping, waits that end, settlements, reservations and
/// the log, each kind in the order of the queue, and at the end the wait queue. What a settlement frees, the
/// reservations beside it find free. An attempt that goes before its request's next reservation is settled right before
/// that, so that no other request takes the place that the request has among its key's.

#include <span>
#include <string>
#include <vector>

#include "core/domain/api_key.hpp"
#include "core/pool/write_entry.hpp"

namespace dreamina {

/// By which the days of keys are counted. The time zone is asked when a day is over, not for every call.
class KeyDay {
public:
    const ServiceDay& at(DailyTime begins, Time now);

private:
    DailyTime begins_;
    ServiceDay day_;
};

struct TurnOutcome {
    std::vector<FinishedWait> finished;  ///< of the worker's that wait
    bool wait_queue_is_served = false;
};

/// Writes outcomes into the entries. May be repeated with the same entries, if it was not committed. Reservations that
/// came `patience` ago or earlier, with an attempt to settle before them, are no longer waited for.
TurnOutcome run_turn(Database& database, std::span<WriteEntry> entries, const std::string& worker, KeyDay& day,
                     milliseconds patience, Time now);

}  // namespace dreamina
