#include "jobs.hpp"

#include <array>

namespace dreamina {
namespace {

DailyTime reset_time(const Settings& settings)
{
    return parse_daily_time(settings.reset_counts_time).value_or(DailyTime{});
}

using std::chrono::seconds;

// The order of the rows is the order in which jobs run that are due together.
const std::array jobs{
    TimedJob{"end_bans", Every{seconds{1}}, end_bans},
    TimedJob{reset_counts_job, Daily{reset_time}, reset_daily_counts},
    TimedJob{"settle_abandoned_leases", Every{seconds{1}}, settle_abandoned_leases},
    // Short pieces: one checkpoint of a long log would hold up every writer.
    TimedJob{"checkpoint_log", Every{milliseconds{100}}, checkpoint_log},
};

}  // namespace

std::span<const TimedJob> timed_jobs() { return jobs; }

}  // namespace dreamina
