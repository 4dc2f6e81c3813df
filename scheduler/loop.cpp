#include "loop.hpp"

#include <algorithm>

#include "core/base/log.hpp"
#include "database_patience.hpp"

namespace dreamina {
namespace {

constexpr milliseconds max_idle{1000};
constexpr milliseconds look_for_requests_every{500};
/// How often the runs of those that run all the time are written down.
constexpr std::chrono::minutes write_every{1};

}  // namespace

SchedulerLoop::SchedulerLoop(std::span<const TimedJob> jobs, Database& database, DatabaseFile database_file,
                             HttpTransport* http)
    : jobs_(jobs), database_(database), database_file_(std::move(database_file)), http_(http)
{
    // An interval of an hour goes on where the last scheduler left it. Daily ones have their day.
    for (const ScheduledJob& row : ScheduleStore{database_}.all()) {
        for (const TimedJob& job : jobs_) {
            const auto* every = std::get_if<Every>(&job.when);
            if (job.name != row.name || every == nullptr || !row.last_started_at) continue;
            if (every->setting || is_recorded(job, Settings{})) last_tried_[job.name] = *row.last_started_at;
        }
    }
}

SchedulerLoop::~SchedulerLoop() { stop(); }

void SchedulerLoop::stop()
{
    for (auto& [name, thread] : threads_) thread.request_stop();
    threads_.clear();
}

std::optional<Time> SchedulerLoop::tried(std::string_view name) const
{
    const auto found = last_tried_.find(name);
    return found == last_tried_.end() ? std::nullopt : std::optional{found->second};
}

bool SchedulerLoop::is_running(std::string_view name) const
{
    const std::lock_guard lock{mutex_};
    return running_.contains(name);
}

std::vector<std::string> SchedulerLoop::running() const
{
    const std::lock_guard lock{mutex_};
    return {running_.begin(), running_.end()};
}

void SchedulerLoop::look_for_requests(Time now)
try {
    if (looked_at_ && !has_passed(look_for_requests_every, *looked_at_, now)) return;
    looked_at_ = now;
    const auto names = ScheduleStore{database_}.requested();
    requested_ = {names.begin(), names.end()};
} catch (const DatabaseError& error) {
    log_warning("looking for runs that were asked for: {}", error.what());
}

void SchedulerLoop::consider(const TimedJob& job, const Settings& settings, Time now)
try {
    if (is_running(job.name)) return;
    const bool asked = requested_.contains(job.name);
    ScheduleStore store{database_};
    const bool daily = std::holds_alternative<Daily>(job.when);
    if (!asked) {
        if (!waits_for(job, settings).empty()) return;
        if (!is_due(job, settings, tried(job.name), daily ? store.last_day(job.name) : std::string{}, now)) return;
        if (job.has_work && !job.has_work(database_, settings, now)) {
            last_tried_[job.name] = now;
            return;
        }
    }
    Start start{.now = now, .asked = asked};
    if (daily) start.day = local_date(latest_occurrence(std::get<Daily>(job.when).at(settings), now));
    if (is_recorded(job, settings)) store.begin(job.name, now);
    last_tried_[job.name] = now;
    requested_.erase(std::string{job.name});
    if (job.executor == Executor::background) {
        start_in_background(job, settings, std::move(start));
    } else {
        perform(job, database_, settings, start, {});
    }
} catch (const std::exception& error) {
    log_error("{}: {}", job.name, error.what());
}

void SchedulerLoop::start_in_background(const TimedJob& job, const Settings& settings, Start start)
{
    {
        const std::lock_guard lock{mutex_};
        running_.insert(job.name);
    }
    // The last thread of this job has ended, or is about to.
    threads_[job.name] = std::jthread{[this, &job, settings, start = std::move(start)](const std::stop_token& stop) {
        try {
            Database database{database_file_, database_patience};
            perform(job, database, settings, start, stop);
        } catch (const std::exception& error) {
            log_error("{}: {}", job.name, error.what());
        }
        const std::lock_guard lock{mutex_};
        running_.erase(job.name);
    }};
}

void SchedulerLoop::perform(const TimedJob& job, Database& database, const Settings& settings, const Start& start,
                            const std::stop_token& stop)
{
    const auto began = std::chrono::steady_clock::now();
    ScheduleStore store{database};
    ScheduledRun run{.started = start.now};
    JobContext context{.database = database,
                       .database_file = database_file_,
                       .settings = settings,
                       .now = start.now,
                       .name = job.name,
                       .day = start.day,
                       .stop = stop,
                       .http = http_,
                       .latest_settings = [this] { return latest_settings(); }};
    try {
        job.run(context);
        run.summary = std::move(context.summary);
        if (!start.day.empty() && store.last_day(job.name) != start.day) store.set_last_day(job.name, start.day);
    } catch (const std::exception& error) {
        run.ok = false;
        run.summary = stop.stop_requested() ? Message{"schedule.interrupted"} : external_text(error.what());
    }
    run.duration = std::chrono::ceil<milliseconds>(std::chrono::steady_clock::now() - began);
    run.ended = run.started + run.duration;
    if (!must_write(job, settings, run, start.asked)) return;
    if (!run.ok) log_error("{}: {}", job.name, english(run.summary));
    log_debug("{}: {} in {} ms{}{}", job.name, run.ok ? "done" : "failed", run.duration.count(),
              run.summary.empty() ? "" : ", ", english(run.summary));
    const std::string last_day = start.day.empty() ? std::string{} : store.last_day(job.name);
    store.end(job.name, run, next_run(job, settings, run.started, last_day, run.ended));
}

bool SchedulerLoop::must_write(const TimedJob& job, const Settings& settings, const ScheduledRun& run, bool asked)
{
    if (is_recorded(job, settings)) return true;
    const std::lock_guard lock{mutex_};
    const auto written = written_.find(job.name);
    const bool write = asked || written == written_.end() || written->second.ok != run.ok ||
                       has_passed(write_every, written->second.at, run.started);
    if (write) written_[job.name] = {.at = run.started, .ok = run.ok};
    return write;
}

Settings SchedulerLoop::latest_settings() const
{
    const std::lock_guard lock{mutex_};
    return settings_;
}

void SchedulerLoop::run_due(const Settings& settings, Time now)
{
    {
        const std::lock_guard lock{mutex_};
        settings_ = settings;
    }
    look_for_requests(now);
    for (const TimedJob& job : jobs_) consider(job, settings, now);
}

milliseconds SchedulerLoop::idle_for(Time now) const
{
    milliseconds idle = max_idle;
    for (const TimedJob& job : jobs_) {
        const auto* every = std::get_if<Every>(&job.when);
        const auto since = tried(job.name);
        if (every == nullptr || every->setting || !since || is_running(job.name)) continue;
        idle = std::min(idle, *since + every->interval - now);
    }
    return std::max(idle, milliseconds{0});
}

}  // namespace dreamina
