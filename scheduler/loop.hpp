#pragma once
/// Runs the timed jobs that are due.

#include <map>
#include <span>
#include <string_view>

#include "timed_job.hpp"

namespace dreamina {

class SchedulerLoop {
public:
    /// `jobs` outlives it.
    SchedulerLoop(std::span<const TimedJob> jobs, Database& database, std::filesystem::path database_file)
        : jobs_(jobs), database_(database), database_file_(std::move(database_file))
    {
    }

    /// Runs every job that is due at `now`, in the table's order, each at most once. A job that fails is logged and
    /// tried again when it is next due (a daily one after a minute).
    void run_due(const Settings& settings, Time now);

    /// How long nothing will be due, counted from `now`; a second at most, since settings and clocks change.
    milliseconds idle_for(Time now) const;

private:
    bool is_due(const TimedJob& job, const Settings& settings, Time now);
    void run(const TimedJob& job, const Settings& settings, Time now);

    std::span<const TimedJob> jobs_;
    Database& database_;
    std::filesystem::path database_file_;
    std::map<std::string_view, Time> last_tried_;
};

}  // namespace dreamina
