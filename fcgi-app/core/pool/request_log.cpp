#include "pool/request_log.hpp"

#include <algorithm>

#include "storage/request_store.hpp"

namespace dreamina {

void log_attempt(Database& database, const UnfinishedRequest& request, const AttemptRecord& attempt, GatheredSums& sums)
{
    if (request.facts.id.empty() || !RequestStore{database}.add_attempt(request.facts.id, attempt)) return;
    sums.add(attempt);
    if (!request.worker.empty()) UnfinishedStore{database}.put(request);
}

void log_end(Database& database, const RequestRecord& record, GatheredSums& sums)
{
    if (record.facts.id.empty() || !RequestStore{database}.add(record)) return;
    sums.add(record);
    if (record.last_attempt) sums.add(*record.last_attempt);
    const int alone = record.last_attempt ? 1 : 0;
    if (record.end.attempts > alone) UnfinishedStore{database}.remove(record.facts.id);
}

RequestEnd abandoned_end(const RequestFacts& facts, int attempts, Time now)
{
    const milliseconds took = std::max(now - facts.began_at, milliseconds{0});
    return {.outcome = RequestOutcome::interrupted,
            .took = took,
            .upstream_took = std::min(facts.upstream_took, took),
            .attempts = attempts};
}

}  // namespace dreamina
