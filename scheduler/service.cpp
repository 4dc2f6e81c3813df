#include "service.hpp"

#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/log.hpp"
#include "core/base/systemd_notifier.hpp"
#include "core/clients/retrying_transport.hpp"
#include "database_patience.hpp"
#include "job_runner.hpp"
#include "jobs.hpp"
#include "loop.hpp"
#include "schedule.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

using Clock = std::chrono::steady_clock;

constexpr milliseconds turn{250};
constexpr std::chrono::seconds beat_every{1};
constexpr std::chrono::seconds status_every{5};
constexpr milliseconds max_end{4500};

/// The quick jobs in their own thread, which sends the heartbeat.
class Housekeeping {
public:
    explicit Housekeeping(const DataFolder& data)
        : jobs_(timed_jobs_at({Executor::loop})),
          thread_([this, &data](const std::stop_token& stop) { run(data, stop); })
    {
    }

    Clock::time_point last_round() const { return Clock::time_point{Clock::duration{last_round_.load()}}; }
    void request_stop() { thread_.request_stop(); }

private:
    void run(const DataFolder& data, const std::stop_token& stop)
    try {
        Database database{data.database_file, database_patience};
        SchedulerLoop loop{jobs_, database, data.database_file};
        std::mutex mutex;
        std::condition_variable_any woken;
        while (!stop.stop_requested()) {
            loop.run_due(data.settings->current()->settings, system_now());
            last_round_ = Clock::now().time_since_epoch().count();
            std::unique_lock lock{mutex};
            woken.wait_for(lock, stop, loop.idle_for(system_now()), [] { return false; });
        }
    } catch (const std::exception& error) {
        // Without a round the watchdog ends the whole.
        log_critical("the housekeeping ended: {}", error.what());
    }

    std::vector<TimedJob> jobs_;
    std::atomic<Clock::rep> last_round_{Clock::now().time_since_epoch().count()};
    std::jthread thread_;
};

/// Ends the process if ending takes too long: everything it does can be killed at any moment.
class EndGuard {
public:
    EndGuard()
        : thread_([](const std::stop_token& stop) {
              std::mutex mutex;
              std::condition_variable_any woken;
              std::unique_lock lock{mutex};
              woken.wait_for(lock, stop, max_end, [] { return false; });
              if (stop.stop_requested()) return;
              log_warning("ends without waiting for what still runs");
              ::_exit(0);
          })
    {
    }

private:
    std::jthread thread_;
};

std::string status_line(Database& database, const std::vector<std::string>& running)
{
    std::string line = running.empty() ? "waits" : fmt::format("runs {}", fmt::join(running, ", "));
    std::optional<ScheduledJob> next;
    const Settings defaults;
    for (const ScheduledJob& job : ScheduleStore{database}.all()) {
        const TimedJob* row = find_timed_job(job.name);
        if (row == nullptr || !is_recorded(*row, defaults) || !job.next_run_at) continue;
        if (!next || *job.next_run_at < *next->next_run_at) next = job;
    }
    if (next) line += fmt::format("; next {} at {}", next->name, to_rfc3339(*next->next_run_at));
    return line;
}

}  // namespace

void run_service(DataFolder& data, const SchedulerPresence& presence, const TerminationSignals& signals)
{
    SystemdNotifier notice;
    Database database{data.database_file, database_patience};
    const int interrupted = ScheduleStore{database}.end_interrupted(system_now());
    if (interrupted > 0) log_warning("{} scheduled jobs were interrupted by the last scheduler's end", interrupted);
    publish_schedule(database, data.settings->current()->settings, system_now());
    UpstreamFactsStore{database}.doubt(system_now());  // another one may stand there by now

    CurlTransport transport{{.per_host = requests_per_host(data.settings->current()->settings)}};
    RetryingTransport http{transport};
    JobRunner runner{data.database_file, *data.settings, http};
    runner.start();
    Housekeeping housekeeping{data};
    const auto jobs = timed_jobs_at({Executor::sequential, Executor::background});
    SchedulerLoop loop{jobs, database, data.database_file, &http};
    presence.beat(system_now());
    notice.ready();
    log_info("the scheduler runs");

    Clock::time_point beat_at = Clock::now();
    Clock::time_point status_at{};
    std::vector<std::string> running;
    do {
        if (data.settings->refresh()) {
            set_log_level(parse_log_level(data.settings->current()->settings.log_level));
            transport.set_per_host(requests_per_host(data.settings->current()->settings));
            try {
                publish_schedule(database, data.settings->current()->settings, system_now());
            } catch (const DatabaseError& error) {
                log_warning("the schedule could not be written: {}", error.what());
            }
        }
        loop.run_due(data.settings->current()->settings, system_now());

        const auto now = Clock::now();
        const auto silence = now - housekeeping.last_round();
        if (silence < scheduler_beat_limit && now - beat_at >= beat_every) {
            beat_at = now;
            presence.beat(system_now());
        }
        if (silence < notice.watchdog() / 2) notice.alive(now);
        const auto runs_now = loop.running();
        if (now - status_at >= status_every || runs_now != running) {
            status_at = now;
            running = runs_now;
            try {
                notice.status(status_line(database, running));
            } catch (const DatabaseError& error) {
                log_warning("the status could not be read: {}", error.what());
            }
        }
    } while (!signals.came_within(turn));

    log_info("the scheduler ends");
    notice.stopping();
    const EndGuard guard;
    housekeeping.request_stop();
    loop.stop();
    runner.stop();
}

}  // namespace dreamina
