#pragma once
/// The sums of the request log: `request_hours`, `request_days`, `attempt_hours`, `attempt_days` for statistics over
/// time, and `totals` and `job_totals` over all time, all workers and all restarts. They are written in the
/// transactions that they tell of and stay when the log's rows are pruned.
///
/// The totals never fall: they are what /metrics shows as counters. Each read is one statement; those that belong
/// together are read in one transaction if they must be of the same moment.

#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "core/domain/job.hpp"
#include "core/storage/engine/database.hpp"
#include "core/storage/log/gathered_sums.hpp"

namespace dreamina {

/// What a request is summed under if its model is neither in the catalogue nor `unnamed_model`.
constexpr std::string_view other_models = "other";

/// Sums of hours older than this are moved into those of their local days. A page of a month by day reads few rows.
constexpr std::chrono::days request_hours_kept{14};
constexpr std::chrono::days attempt_hours_kept{8};  ///< there are as many rows as accounts were used

struct RequestTotal {
    std::string model;
    std::string outcome;  ///< to_string(RequestOutcome)
    std::int64_t requests = 0;
    std::int64_t bytes_in = 0;
    std::int64_t bytes_out = 0;
};

struct AttemptTotal {
    std::string verdict;  ///< to_string(Verdict)
    std::int64_t attempts = 0;
};

/// Cumulative, as Prometheus wants its buckets: all of the part's bounds in order, and `no_bound` last.
struct LatencyBucket {
    std::int64_t up_to_ms = 0;
    std::int64_t requests = 0;  ///< that took so long at most
};
struct LatencyHistogram {
    std::vector<LatencyBucket> buckets;
    std::int64_t requests = 0;
    std::int64_t sum_ms = 0;
};

struct JobTotal {
    std::string kind;     ///< to_string(JobKind)
    std::string outcome;  ///< done, failed, cancelled
    std::int64_t jobs = 0;
};

/// Which sums of requests are read; what is empty takes all.
struct RequestSumsQuery {
    Time from{};  ///< the first hour or day that begins at it or later …
    Time to{};    ///< … up to those that begin before it
    std::optional<std::string> model;
    std::optional<RequestOutcome> outcome;
    std::optional<std::int64_t> api_key;  ///< 0: the administrator's password
    std::optional<Region> region;
    bool by_minute = false;  ///< out of the log itself, which is not to be asked of for more than some hours
    bool by_model = false, by_outcome = false, by_api_key = false, by_region = false;
};
struct RequestSumRow {
    Time since{};         ///< the beginning of a minute or an hour, or of a local day of long ago
    std::string model;    ///< empty unless by_model
    std::string outcome;  ///< likewise
    std::int64_t api_key = 0;
    std::string region;
    RequestSum sum;
};

struct AttemptSumsQuery {
    Time from{};
    Time to{};
    std::optional<AccountId> account;
    std::optional<Verdict> verdict;
    bool by_account = false, by_verdict = false;
};
struct AttemptSumRow {
    Time since{};
    AccountId account = 0;
    std::string verdict;
    AttemptSum sum;
};

class StatisticsStore {
public:
    explicit StatisticsStore(Database& database) : database_(database) {}

    /// Part of the write transaction that books what the sums tell of.
    void add(const GatheredSums& sums);

    /// By time, then by what was asked for.
    std::vector<RequestSumRow> request_sums(const RequestSumsQuery& wanted);
    std::vector<AttemptSumRow> attempt_sums(const AttemptSumsQuery& wanted);

    std::vector<RequestTotal> request_totals();
    std::vector<AttemptTotal> attempt_totals();
    LatencyHistogram latency(LatencyPart part);
    std::vector<JobTotal> job_totals();

    /// Moves the sums of hours that have been kept long enough at `now` into those of their local days, in pieces of
    /// milliseconds, each a transaction of its own, so that a stop or a kill loses nothing and counts nothing twice.
    /// Returns how many hours were moved.
    int roll_up(Time now, const std::stop_token& stop);

private:
    /// What each of these models is summed under.
    std::map<std::string, std::string> summed_models(const std::set<std::string>& models);

    Database& database_;
};

}  // namespace dreamina
