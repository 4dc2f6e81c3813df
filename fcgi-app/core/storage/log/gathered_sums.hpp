#pragma once
/// What one write transaction adds to the statistics, gathered in memory so that each sum is written once.

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "core/domain/latency.hpp"
#include "core/domain/request_record.hpp"

namespace dreamina {

struct RequestSum {
    std::int64_t requests = 0;
    std::int64_t attempts = 0;
    std::int64_t bytes_in = 0;
    std::int64_t bytes_out = 0;
    std::int64_t duration_ms = 0;
    std::int64_t upstream_ms = 0;

    RequestSum& operator+=(const RequestSum& other);
};

struct AttemptSum {
    std::int64_t attempts = 0;
    std::int64_t upstream_ms = 0;

    AttemptSum& operator+=(const AttemptSum& other);
};

struct LatencySum {
    std::int64_t requests = 0;
    std::int64_t sum_ms = 0;
};

/// Used by one thread. What is gathered counts once StatisticsStore::add has written it in the same transaction as
/// what it tells of.
class GatheredSums {
public:
    void add(const RequestRecord& record);
    void add(const AttemptRecord& attempt);

    bool empty() const { return requests_.empty() && attempts_.empty(); }
    void clear();

    /// since (the hour's beginning), model, outcome, api key (0: none), region ('' for none)
    using RequestKey = std::tuple<Time, std::string, RequestOutcome, std::int64_t, std::string_view>;
    /// since, account, verdict
    using AttemptKey = std::tuple<Time, AccountId, Verdict>;
    /// part, the bucket's upper bound
    using LatencyKey = std::pair<LatencyPart, std::int64_t>;

    const std::map<RequestKey, RequestSum>& requests() const { return requests_; }
    const std::map<AttemptKey, AttemptSum>& attempts() const { return attempts_; }
    const std::map<LatencyKey, LatencySum>& latencies() const { return latencies_; }

private:
    std::map<RequestKey, RequestSum> requests_;
    std::map<AttemptKey, AttemptSum> attempts_;
    std::map<LatencyKey, LatencySum> latencies_;
};

}  // namespace dreamina
