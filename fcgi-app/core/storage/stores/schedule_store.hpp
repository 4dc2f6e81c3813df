#pragma once
/// `schedule`: the timed jobs with their last and next runs. The scheduler owns the rows; others read them and ask for
/// runs.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/message/message.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct ScheduledJob {
    std::string name;
    Message when;          ///< "every 10 seconds", "daily at 03:30"
    Message waits_for;     ///< why it does not run by itself; empty if it does
    std::string last_day;  ///< daily ones: YYYY-MM-DD of the day it last ran for, empty if never
    std::optional<Time> running_since;
    std::optional<Time> last_started_at;
    std::optional<Time> last_ended_at;
    std::optional<milliseconds> duration;
    std::optional<std::string> outcome;  ///< of the last run: "ok", "failed"
    Message summary;                     ///< what it did, or why it failed; may be empty
    std::optional<Time> next_run_at;
    std::optional<Time> run_requested_at;
};

/// A run that has ended.
struct ScheduledRun {
    Time started{};
    Time ended{};
    milliseconds duration{};
    bool ok = true;
    Message summary = {};
};

/// Under this name the daily reset of the counts books its days.
constexpr std::string_view reset_counts_job = "reset_counts";

class ScheduleStore {
public:
    explicit ScheduleStore(Database& database) : database_(database) {}

    /// In the order of the scheduler's table.
    std::vector<ScheduledJob> all();
    std::optional<ScheduledJob> find(std::string_view name);

    /// Makes or changes what the scheduler's table says of a job; writes only if it differs.
    void publish(int position, const ScheduledJob& job);
    void remove(std::string_view name);

    /// YYYY-MM-DD; empty if it never ran.
    std::string last_day(std::string_view name);
    void set_last_day(std::string_view name, std::string_view day);

    /// A run begins; what was asked for up to now is answered by it.
    void begin(std::string_view name, Time now);
    void end(std::string_view name, const ScheduledRun& run, std::optional<Time> next_run_at);
    /// Runs that a scheduler began and did not live to end. Returns how many.
    int end_interrupted(Time now);

    /// False if there is no such job.
    bool request_run(std::string_view name, Time now);
    std::vector<std::string> requested();

private:
    Database& database_;
};

}  // namespace dreamina
