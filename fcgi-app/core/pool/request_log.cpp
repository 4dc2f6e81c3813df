#include "core/pool/request_log.hpp"

#include <algorithm>

#include "core/storage/log/request_store.hpp"

namespace dreamina {
namespace {

/// Another account was to be tried and there was none: the last attempt has been logged, and counted, as an earlier
/// one.
void log_end_after_attempt(Database& database, RequestRecord record, GatheredSums& sums)
{
    RequestStore store{database};
    if (store.has(record.facts.id)) return;
    record.last_attempt = store.take_attempt(record.facts.id, record.end.attempts);
    store.add(record);
    sums.add(record);
    UnfinishedStore{database}.remove(record.facts.id);
}

}  // namespace

void log_attempt(Database& database, const UnfinishedRequest& request, const AttemptRecord& attempt, GatheredSums& sums)
{
    if (request.facts.id.empty() || !RequestStore{database}.add_attempt(request.facts.id, attempt)) return;
    sums.add(attempt);
    if (!request.worker.empty()) UnfinishedStore{database}.put(request);
}

void log_end(Database& database, const RequestRecord& record, GatheredSums& sums)
{
    if (record.facts.id.empty()) return;
    if (!record.last_attempt && record.end.attempts > 0) {
        log_end_after_attempt(database, record, sums);
        return;
    }
    if (!RequestStore{database}.add(record)) return;
    sums.add(record);
    if (record.last_attempt) sums.add(*record.last_attempt);
    if (record.end.attempts > 1) UnfinishedStore{database}.remove(record.facts.id);
}

RequestEnd abandoned_end(const RequestFacts& facts, int attempts, Time now)
{
    const milliseconds took = std::max(now - facts.began_at, milliseconds{0});
    return {.outcome = RequestOutcome::outcome_unknown,
            .took = took,
            .upstream_took = std::min(facts.upstream_took, took),
            .attempts = attempts};
}

}  // namespace dreamina
