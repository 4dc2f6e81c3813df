#include "core/pool/request_log.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace dreamina {

void RequestLog::add_attempt(UnfinishedRequest request, AttemptRecord attempt)
{
    if (request.facts.id.empty()) return;
    attempts_.push_back({.request = request.facts.id, .attempt = std::move(attempt)});
    unfinished_.push_back(std::move(request));
}

void RequestLog::add_end(RequestRecord record)
{
    if (record.facts.id.empty()) return;
    if (!record.last_attempt && record.end.attempts > 0) {
        end_after_attempt(std::move(record));
    } else {
        ends_.push_back(std::move(record));
    }
}

bool RequestLog::has(std::string_view request)
{
    write();
    return RequestStore{database_}.has(request);
}

/// Another account was to be tried and there was none: the last attempt has been logged, and counted, as an earlier
/// one.
void RequestLog::end_after_attempt(RequestRecord record)
{
    RequestStore store{database_};
    if (has(record.facts.id)) return;
    record.last_attempt = store.take_attempt(record.facts.id, record.end.attempts);
    store.add({&record, 1});
    sums_.add(record);
    UnfinishedStore{database_}.remove(record.facts.id);
}

void RequestLog::write()
{
    write_attempts();
    write_ends();
}

void RequestLog::write_attempts()
{
    if (attempts_.empty()) return;
    const auto added = RequestStore{database_}.add_attempts(attempts_);
    std::set<std::pair<std::string, int>> are_new{added.begin(), added.end()};
    std::map<std::string, UnfinishedRequest> unfinished;  // of each request the last attempt
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
        const auto& [request, attempt] = attempts_[i];
        if (are_new.erase({request, attempt.number}) == 0) continue;
        sums_.add(attempt);
        if (!unfinished_[i].worker.empty()) unfinished[request] = std::move(unfinished_[i]);
    }
    std::vector<UnfinishedRequest> rows;
    for (auto& [request, row] : unfinished) rows.push_back(std::move(row));
    UnfinishedStore{database_}.put(rows);
    attempts_.clear();
    unfinished_.clear();
}

void RequestLog::write_ends()
{
    if (ends_.empty()) return;
    const auto added = RequestStore{database_}.add(ends_);
    std::set<std::string> are_new{added.begin(), added.end()};
    for (const RequestRecord& record : ends_) {
        if (are_new.erase(record.facts.id) == 0) continue;
        sums_.add(record);
        if (record.last_attempt) sums_.add(*record.last_attempt);
        if (record.end.attempts > 1) UnfinishedStore{database_}.remove(record.facts.id);
    }
    ends_.clear();
}

void log_end(Database& database, const RequestRecord& record, GatheredSums& sums)
{
    RequestLog log{database, sums};
    log.add_end(record);
    log.write();
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
