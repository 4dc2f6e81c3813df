#include "once.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "core/clients/retrying_transport.hpp"
#include "print_error.hpp"
#include "job_runner.hpp"
#include "loop.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "schedule.hpp"
#include "core/storage/stores/job_store.hpp"

namespace dreamina {
namespace {

constexpr milliseconds look_every{100};

/// What is left of a run when it has ended well: the work it queued.
bool queued_work_is_over(Database& database, const TimedJob& job)
{
    return !job.queues || !JobStore{database}.find_open(*job.queues);
}

/// False if it was asked to end first.
template <class Condition>
bool wait_until(const TerminationSignals& signals, Condition condition)
{
    while (!condition())
        if (signals.came_within(look_every)) return false;
    return true;
}

int tell_outcome(Database& database, const TimedJob& job)
{
    const auto row = ScheduleStore{database}.find(job.name);
    if (!row || row->outcome != "ok")
        return print_error(fmt::format("{} failed: {}", job.name, row ? english(row->summary) : "it was not run"));
    fmt::print("{}: {}\n", job.name, row->summary.empty() ? "done" : english(row->summary));
    return 0;
}

int run_here(DataFolder& data, const TimedJob& job, const TerminationSignals& signals)
{
    Database database{data.database_file};
    const Settings settings = data.settings->current()->settings;
    ScheduleStore store{database};
    store.end_interrupted(system_now());
    publish_schedule(database, settings, system_now());
    store.request_run(job.name, system_now());

    CurlTransport transport{{.per_host = requests_per_host(settings)}};
    RetryingTransport http{transport};
    SchedulerLoop loop{std::span{&job, 1}, database, data.database_file, &http};
    loop.run_due(settings, system_now());
    if (!wait_until(signals, [&] { return loop.running().empty(); }))
        return print_error(fmt::format("{} was interrupted", job.name));
    loop.stop();
    if (job.queues) {
        JobRunner runner{data.database_file, *data.settings, http};
        runner.start();
        if (!wait_until(signals, [&] { return queued_work_is_over(database, job); }))
            return print_error(fmt::format("{} was interrupted; the next scheduler goes on with it", job.name));
    }
    return tell_outcome(database, job);
}

/// The scheduler that runs does it.
int ask_the_other(DataFolder& data, const TimedJob& job, const TerminationSignals& signals)
{
    Database database{data.database_file};
    ScheduleStore store{database};
    const Time asked = system_now();
    const auto row = store.find(job.name);
    if (!row) return print_error(fmt::format("the scheduler that runs does not know {}; restart it", job.name));
    // Whichever clock jumps: a run that is not the last one is the one that was asked for.
    const auto before = row->running_since ? std::optional<Time>{} : row->last_started_at;
    store.request_run(job.name, asked);
    bool gone = false;
    const bool ended = wait_until(signals, [&] {
        gone = !scheduler_signs(data.database_file).running(system_now());
        const auto now = store.find(job.name);
        return gone || !now ||
               (!now->run_requested_at && !now->running_since && now->last_started_at != before &&
                queued_work_is_over(database, job));
    });
    if (gone) return print_error(fmt::format("the scheduler ended before {} was done", job.name));
    if (!ended) return print_error(fmt::format("no longer waits for {}; the scheduler goes on with it", job.name));
    return tell_outcome(database, job);
}

}  // namespace

int run_once(DataFolder& data, const TimedJob& job, const TerminationSignals& signals)
{
    const auto presence = SchedulerPresence::announce(data.database_file);
    if (presence) return run_here(data, job, signals);
    if (presence.error().code != "locked") return print_error(presence.error().message);
    if (scheduler_signs(data.database_file).running(system_now())) return ask_the_other(data, job, signals);
    return print_error(
        fmt::format("another dreamina-scheduler holds {} and does not run its schedule; try again when it "
                    "has ended",
                    data.database_file.path().string()),
        exit_already_running);
}

}  // namespace dreamina
