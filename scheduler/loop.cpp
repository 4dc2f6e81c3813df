#include "loop.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "storage/daily_run_store.hpp"

namespace dreamina {
namespace {

constexpr milliseconds longest_idle{1000};
constexpr std::chrono::minutes daily_retry{1};

/// Also when the clock was set back behind the last run.
bool has_passed(milliseconds interval, Time since, Time now) { return now - since >= interval || now < since; }

}  // namespace

bool SchedulerLoop::is_due(const TimedJob& job, const Settings& settings, Time now)
{
    const auto tried = last_tried_.find(job.name);
    if (const auto* every = std::get_if<Every>(&job.when))
        return tried == last_tried_.end() || has_passed(every->interval, tried->second, now);

    const DailyTime at = std::get<Daily>(job.when).at(settings);
    if (!dreamina::is_due(at, DailyRunStore{database_}.last_day(job.name), now)) return false;
    return tried == last_tried_.end() || tried->second < latest_occurrence(at, now) ||
           has_passed(daily_retry, tried->second, now);
}

void SchedulerLoop::run(const TimedJob& job, const Settings& settings, Time now)
try {
    if (!is_due(job, settings, now)) return;
    last_tried_[job.name] = now;
    JobContext context{.database = database_, .database_file = database_file_, .settings = settings, .now = now};
    job.run(context);
} catch (const std::exception& error) {
    log_error("{}: {}", job.name, error.what());
}

void SchedulerLoop::run_due(const Settings& settings, Time now)
{
    for (const TimedJob& job : jobs_) run(job, settings, now);
}

milliseconds SchedulerLoop::idle_for(Time now) const
{
    milliseconds idle = longest_idle;
    for (const TimedJob& job : jobs_) {
        const auto* every = std::get_if<Every>(&job.when);
        const auto tried = last_tried_.find(job.name);
        if (every == nullptr || tried == last_tried_.end()) continue;
        idle = std::min(idle, tried->second + every->interval - now);
    }
    return std::max(idle, milliseconds{0});
}

}  // namespace dreamina
