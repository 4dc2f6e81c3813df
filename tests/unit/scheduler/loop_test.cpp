#include "loop.hpp"

#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/time_zone.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// What the jobs below have done.
std::vector<std::string> done;
std::vector<Time> daily_runs;
bool daily_fails = false;

void first(JobContext&) { done.emplace_back("first"); }
void second(JobContext&) { done.emplace_back("second"); }
void failing(JobContext&)
{
    done.emplace_back("failing");
    throw std::runtime_error("out of order");
}

DailyTime reset_time(const Settings& settings) { return parse_daily_time(settings.reset_counts_time).value(); }

/// Books its day as daily jobs do.
void daily(JobContext& context)
{
    daily_runs.push_back(context.now);
    Transaction transaction{context.database};
    ScheduleStore{context.database}.set_last_day("daily", context.day);
    if (daily_fails) throw std::runtime_error("out of order");
    transaction.commit();
}

constexpr std::array only_daily{TimedJob{"daily", Daily{reset_time}, daily}};

struct Scheduler : TemporaryDatabase {
    explicit Scheduler(std::span<const TimedJob> jobs) : loop(jobs, **this, file)
    {
        done.clear();
        daily_runs.clear();
        daily_fails = false;
    }
    SchedulerLoop loop;
    Settings settings;

    std::vector<std::string> run_at(Time now)
    {
        done.clear();
        loop.run_due(settings, now);
        return done;
    }
    std::size_t daily_runs_at(Time now)
    {
        daily_runs.clear();
        loop.run_due(settings, now);
        return daily_runs.size();
    }
};

using Done = std::vector<std::string>;

}  // namespace

TEST_CASE("jobs run at the start, then each at its interval, in the table's order")
{
    constexpr std::array jobs{TimedJob{"first", Every{1000ms}, first}, TimedJob{"second", Every{300ms}, second}};
    Scheduler scheduler{jobs};
    CHECK(scheduler.run_at(start) == Done{"first", "second"});
    CHECK(scheduler.run_at(start).empty());
    CHECK(scheduler.run_at(start + 299ms).empty());
    CHECK(scheduler.run_at(start + 300ms) == Done{"second"});
    CHECK(scheduler.run_at(start + 999ms) == Done{"second"});
    CHECK(scheduler.run_at(start + 1000ms) == Done{"first"});
    CHECK(scheduler.run_at(start + 1h) == Done{"first", "second"});  // slept: once, not once for each that was missed
    CHECK(scheduler.run_at(start + 1h).empty());
}

TEST_CASE("a clock set back by a day does not stop the jobs for a day")
{
    constexpr std::array jobs{TimedJob{"first", Every{1000ms}, first}};
    Scheduler scheduler{jobs};
    scheduler.run_at(start);
    CHECK(scheduler.run_at(start - 24h) == Done{"first"});
    CHECK(scheduler.run_at(start - 24h + 999ms).empty());
    CHECK(scheduler.run_at(start - 24h + 1000ms) == Done{"first"});
}

TEST_CASE("the loop rests until the next job, a second at most")
{
    constexpr std::array jobs{TimedJob{"first", Every{700ms}, first}, TimedJob{"second", Every{300ms}, second}};
    Scheduler scheduler{jobs};
    scheduler.run_at(start);
    CHECK(scheduler.loop.idle_for(start) == 300ms);
    CHECK(scheduler.loop.idle_for(start + 100ms) == 200ms);
    CHECK(scheduler.loop.idle_for(start + 10s) == 0ms);
    CHECK(scheduler.loop.idle_for(start - 24h) == 1s);

    Scheduler with_daily_jobs_only{only_daily};
    with_daily_jobs_only.loop.run_due(with_daily_jobs_only.settings, start);
    CHECK(with_daily_jobs_only.loop.idle_for(start) == 1s);
}

TEST_CASE("a job that fails does not stop the others, and is tried again at its next time")
{
    constexpr std::array jobs{TimedJob{"failing", Every{1000ms}, failing}, TimedJob{"first", Every{1000ms}, first}};
    Scheduler scheduler{jobs};
    CHECK(scheduler.run_at(start) == Done{"failing", "first"});
    CHECK(scheduler.run_at(start + 1ms).empty());
    CHECK(scheduler.run_at(start + 1s) == Done{"failing", "first"});
}

TEST_CASE("a daily job that fails is tried again each minute, until it succeeds")
{
    const TimeZone zone{"UTC"};
    Scheduler scheduler{only_daily};
    daily_fails = true;
    CHECK(scheduler.daily_runs_at(start) == 1);
    CHECK(scheduler.daily_runs_at(start + 59s) == 0);
    CHECK(scheduler.daily_runs_at(start + 60s) == 1);
    CHECK(scheduler.daily_runs_at(start + 90s) == 0);
    daily_fails = false;
    CHECK(scheduler.daily_runs_at(start + 120s) == 1);
    CHECK(scheduler.daily_runs_at(start + 180s) == 0);
    CHECK(scheduler.daily_runs_at(at("2026-11-22T23:59:59.999Z")) == 0);
    CHECK(scheduler.daily_runs_at(at("2026-11-23T00:00:00Z")) == 1);
}

TEST_CASE("a daily job that failed just before its next day begins that day at once")
{
    const TimeZone zone{"UTC"};
    Scheduler scheduler{only_daily};
    daily_fails = true;
    CHECK(scheduler.daily_runs_at(at("2026-11-22T23:59:40Z")) == 1);
    CHECK(scheduler.daily_runs_at(at("2026-11-23T00:00:00Z")) == 1);
}

TEST_CASE("once per local day, through a year with both changes of the clocks")
{
    struct Place {
        const char* zone;
        const char* time;
    };
    // Where 02:30 is skipped and comes twice; where midnight does; where nothing changes.
    for (const Place& place :
         {Place{"Europe/Berlin", "02:30"}, Place{"America/Santiago", "00:00"}, Place{"Asia/Shanghai", "23:59"}}) {
        CAPTURE(std::string{place.zone});
        const TimeZone zone{place.zone};
        Scheduler scheduler{only_daily};
        scheduler.settings.reset_counts_time = place.time;
        const DailyTime reset = reset_time(scheduler.settings);
        constexpr auto step = 19min;
        std::string last_day = local_date(latest_occurrence(reset, start));
        scheduler.loop.run_due(scheduler.settings, start);
        std::size_t runs = 1;
        for (Time now = start + step; now < start + 24h * 366; now += step) {
            scheduler.loop.run_due(scheduler.settings, now);
            const std::string day = local_date(latest_occurrence(reset, now));
            if (day != last_day) ++runs;
            last_day = day;
            if (daily_runs.size() != runs)
                FAIL("at ", to_rfc3339(now), " it had run ", daily_runs.size(), " times of ", runs);
        }
        CHECK(runs == 367);
        for (std::size_t i = 2; i < daily_runs.size(); ++i) {  // the first one was caught up
            CHECK(daily_runs[i] - daily_runs[i - 1] >= 23h - step);
            CHECK(daily_runs[i] - daily_runs[i - 1] <= 25h + step);
        }
    }
}

TEST_CASE("ten days slept through are caught up once")
{
    const TimeZone zone{"UTC"};
    Scheduler scheduler{only_daily};
    scheduler.daily_runs_at(start);
    CHECK(scheduler.daily_runs_at(start + 24h * 10) == 1);
    CHECK(scheduler.daily_runs_at(start + 24h * 10 + 1min) == 0);
    CHECK(scheduler.daily_runs_at(at("2026-12-03T00:00:00Z")) == 1);
}

TEST_CASE("a scheduler that starts again knows what the last one did")
{
    const TimeZone zone{"UTC"};
    Scheduler scheduler{only_daily};
    CHECK(scheduler.daily_runs_at(start) == 1);
    SchedulerLoop next{only_daily, *scheduler, scheduler.file};
    daily_runs.clear();
    next.run_due(scheduler.settings, start + 1h);
    CHECK(daily_runs.empty());
    next.run_due(scheduler.settings, start + 24h);
    CHECK(daily_runs.size() == 1);
}

TEST_CASE("a clock set back by a day runs nothing twice; one that was years ahead does not block the days until then")
{
    const TimeZone zone{"UTC"};
    Scheduler scheduler{only_daily};
    scheduler.daily_runs_at(start);
    CHECK(scheduler.daily_runs_at(start - 24h) == 0);
    CHECK(scheduler.daily_runs_at(start) == 0);
    CHECK(scheduler.daily_runs_at(start + 24h * 1000) == 1);
    CHECK(scheduler.daily_runs_at(start + 24h) == 1);
    CHECK(scheduler.daily_runs_at(start + 25h) == 0);
}

TEST_CASE("the time moved on the same day: that day is not run twice, and none is left out")
{
    const TimeZone zone{"UTC"};
    Scheduler scheduler{only_daily};
    scheduler.settings.reset_counts_time = "06:00";
    CHECK(scheduler.daily_runs_at(at("2026-11-22T06:00:00Z")) == 1);
    scheduler.settings.reset_counts_time = "15:00";  // moved to later, after it ran
    CHECK(scheduler.daily_runs_at(at("2026-11-22T10:00:00Z")) == 0);
    CHECK(scheduler.daily_runs_at(at("2026-11-22T15:00:00Z")) == 0);
    CHECK(scheduler.daily_runs_at(at("2026-11-23T14:59:59Z")) == 0);
    CHECK(scheduler.daily_runs_at(at("2026-11-23T15:00:00Z")) == 1);
    CHECK(scheduler.daily_runs_at(at("2026-11-24T10:00:00Z")) == 0);
    scheduler.settings.reset_counts_time = "09:00";  // moved to earlier, before it ran
    CHECK(scheduler.daily_runs_at(at("2026-11-24T10:00:01Z")) == 1);
    CHECK(scheduler.daily_runs_at(at("2026-11-24T15:00:00Z")) == 0);
    CHECK(scheduler.daily_runs_at(at("2026-11-25T09:00:00Z")) == 1);
}

TEST_CASE("what is looked at all the time runs only when there is something to do, or on request")
{
    static bool there_is_work = false;
    static int looks = 0;
    there_is_work = false;
    looks = 0;
    const std::array jobs{
        TimedJob{.name = "first", .when = Every{1s}, .run = first, .has_work = [](Database&, const Settings&, Time) {
                     ++looks;
                     return there_is_work;
                 }}};
    Scheduler scheduler{jobs};
    const Time now = at("2026-11-22T10:00:00Z");
    CHECK(scheduler.run_at(now).empty());
    CHECK(scheduler.run_at(now + 500ms).empty());
    CHECK(looks == 1);
    there_is_work = true;
    CHECK(scheduler.run_at(now + 1s).size() == 1);
    there_is_work = false;
    CHECK(scheduler.run_at(now + 2s).empty());
    ScheduleStore{*scheduler}.request_run("first", now + 2s);
    CHECK(scheduler.run_at(now + 3s).size() == 1);
}
