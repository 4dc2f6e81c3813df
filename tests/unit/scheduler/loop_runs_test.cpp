/// What the loop writes down of its runs, runs that are asked for, and runs beside each other.

#include <atomic>

#include "loop.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/time_zone.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

std::atomic<int> count{0};
bool fails = false;

void counted(JobContext& context)
{
    ++count;
    if (fails) throw std::runtime_error("out of order");
    context.summary = external_text("well done");
}

std::atomic<int> at_the_same_time{0};
std::atomic<int> max_at_the_same_time{0};

/// Until it is stopped.
void long_work(JobContext& context)
{
    max_at_the_same_time = std::max(max_at_the_same_time.load(), ++at_the_same_time);
    ++count;
    while (!context.stop.stop_requested()) std::this_thread::sleep_for(1ms);
    --at_the_same_time;
    throw std::runtime_error("stopped");
}

Message never(const Settings&) { return external_text("NEVER is false"); }
DailyTime half_past_three(const Settings&) { return {3, 30}; }
milliseconds points_interval(const Settings& settings) { return std::chrono::seconds{settings.points_update_interval}; }

struct Runs : TemporaryDatabase {
    explicit Runs(std::span<const TimedJob> jobs) : loop(jobs, **this, file)
    {
        count = 0;
        fails = false;
        max_at_the_same_time = 0;
    }
    const TimeZone zone{"UTC"};
    ScheduleStore store{**this};
    Settings settings;
    SchedulerLoop loop;

    int runs_at(Time now)
    {
        const int before = count;
        loop.run_due(settings, now);
        return count - before;
    }
    std::optional<ScheduledJob> row(std::string_view name = "job") { return store.find(name); }
};

template <class Condition>
bool comes_true(Condition condition)
{
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace

TEST_CASE("a run is written down with its outcome, its sentence and the next one")
{
    const std::array jobs{TimedJob{"job", Every{1h}, counted}};
    Runs runs{jobs};
    runs.runs_at(start);
    REQUIRE(runs.row());
    CHECK(runs.row()->outcome == "ok");
    CHECK(runs.row()->summary == external_text("well done"));
    CHECK(runs.row()->last_started_at == start);
    CHECK(runs.row()->next_run_at == start + 1h);
    CHECK_FALSE(runs.row()->running_since);
    fails = true;
    runs.runs_at(start + 1h);
    CHECK(runs.row()->outcome == "failed");
    CHECK(runs.row()->summary == external_text("out of order"));
}

TEST_CASE("what runs every moment is written down once a minute, and when its outcome changes")
{
    const std::array jobs{TimedJob{"job", Every{100ms}, counted}};
    Runs runs{jobs};
    for (Time now = start; now < start + 1min; now += 100ms) runs.runs_at(now);
    CHECK(count == 600);
    CHECK(runs.row()->last_started_at == start);
    runs.runs_at(start + 1min);
    CHECK(runs.row()->last_started_at == start + 1min);
    fails = true;
    runs.runs_at(start + 61s);
    CHECK(runs.row()->outcome == "failed");
    runs.runs_at(start + 62s);
    CHECK(runs.row()->last_started_at == start + 61s);
    fails = false;
    runs.runs_at(start + 63s);
    CHECK(runs.row()->outcome == "ok");
}

TEST_CASE("an interval of a setting goes on over a restart, and follows the setting")
{
    const std::array jobs{TimedJob{"job", Every{{}, points_interval}, counted}};
    Runs runs{jobs};
    CHECK(runs.runs_at(start) == 1);
    SchedulerLoop next{jobs, *runs, runs.file};
    next.run_due(runs.settings, start + 59min);
    CHECK(count == 1);
    next.run_due(runs.settings, start + 1h);
    CHECK(count == 2);
    runs.settings.points_update_interval = 60;
    next.run_due(runs.settings, start + 1h + 1min);
    CHECK(count == 3);
}

TEST_CASE("what it needs is not there: it runs when asked for, and only then")
{
    const std::array jobs{TimedJob{"job", Every{1h}, counted, never}};
    Runs runs{jobs};
    runs.store.publish(0, {.name = "job", .when = external_text("every hour")});
    CHECK(runs.runs_at(start) == 0);
    runs.store.request_run("job", start);
    CHECK(runs.runs_at(start + 1s) == 1);
    CHECK_FALSE(runs.row()->run_requested_at);
    CHECK(runs.runs_at(start + 2s) == 0);
    CHECK(runs.runs_at(start + 24h) == 0);
}

TEST_CASE("a daily job that is asked for runs beside its day, which it does not run twice")
{
    const std::array jobs{TimedJob{"job", Daily{half_past_three}, counted}};
    Runs runs{jobs};
    runs.store.set_last_day("job", "2026-11-22");
    CHECK(runs.runs_at(start) == 0);
    runs.store.request_run("job", start);
    CHECK(runs.runs_at(start + 1s) == 1);
    CHECK(runs.runs_at(start + 2s) == 0);
    CHECK(runs.row()->last_day == "2026-11-22");
    CHECK(runs.row()->next_run_at == at("2026-11-23T03:30:00Z"));
    CHECK(runs.runs_at(at("2026-11-23T03:29:59Z")) == 0);
    CHECK(runs.runs_at(at("2026-11-23T03:30:00Z")) == 1);
}

TEST_CASE("its own time after a failure")
{
    const std::array jobs{TimedJob{"job", Daily{half_past_three, 30min}, counted}};
    Runs runs{jobs};
    runs.store.set_last_day("job", "2026-11-21");
    fails = true;
    CHECK(runs.runs_at(start) == 1);
    CHECK(runs.runs_at(start + 29min) == 0);
    CHECK(runs.row()->next_run_at == start + 30min);
    fails = false;
    CHECK(runs.runs_at(start + 30min) == 1);
    CHECK(runs.row()->last_day == "2026-11-22");
    CHECK(runs.runs_at(start + 1h) == 0);
}

TEST_CASE("a slow one delays no other, runs once at a time, and ends when it is asked to")
{
    const std::array jobs{TimedJob{"slow", Every{1min}, long_work, nullptr, Executor::background},
                          TimedJob{"job", Every{1s}, counted}};
    Runs runs{jobs};
    runs.loop.run_due(runs.settings, start);
    REQUIRE(comes_true([] { return count == 2; }));
    CHECK(runs.loop.running() == std::vector<std::string>{"slow"});
    CHECK(runs.row("slow")->running_since == start);
    for (int round = 1; round <= 10; ++round) CHECK(runs.runs_at(start + round * 10min) == 1);
    runs.store.request_run("slow", start + 100min);
    CHECK(runs.runs_at(start + 101min) == 1);
    CHECK(max_at_the_same_time == 1);
    runs.loop.stop();
    CHECK(runs.loop.running().empty());
    CHECK(runs.row("slow")->outcome == "failed");
    CHECK(runs.row("slow")->summary == Message{"schedule.interrupted"});
    CHECK(runs.row("slow")->run_requested_at);  // asked for meanwhile: the next one's
}

TEST_CASE("two slow ones run beside each other, each with a connection of its own")
{
    const std::array jobs{TimedJob{"slow", Every{1min}, long_work, nullptr, Executor::background},
                          TimedJob{"slower", Every{1min}, long_work, nullptr, Executor::background}};
    Runs runs{jobs};
    runs.loop.run_due(runs.settings, start);
    CHECK(comes_true([] { return at_the_same_time == 2; }));
    CHECK(runs.loop.running() == std::vector<std::string>{"slow", "slower"});
}
