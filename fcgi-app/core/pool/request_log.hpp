#pragma once
/// Writes what became of clients' requests into the log and its sums. Each call is a part of one write transaction that
/// the caller holds; it writes the sums (StatisticsStore::add) before it commits. Requests without an id are not
/// logged.

#include "core/storage/log/gathered_sums.hpp"
#include "core/storage/log/unfinished_store.hpp"

namespace dreamina {

/// An attempt after which another account is tried.
void log_attempt(Database& database, const UnfinishedRequest& request, const AttemptRecord& attempt,
                 GatheredSums& sums);

/// The end. Nothing if it is in the log already.
void log_end(Database& database, const RequestRecord& record, GatheredSums& sums);

/// The request's worker is dead, or gave no word for longer than it may take: what its client has got is not known. An
/// answer goes out before it is booked.
RequestEnd abandoned_end(const RequestFacts& facts, int attempts, Time now);

}  // namespace dreamina
