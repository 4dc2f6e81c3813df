/// The table of timed jobs by the calendar, and what is told of it.

#include "schedule.hpp"

#include <map>

#include "jobs.hpp"
#include "loop.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/time_zone.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

std::map<std::string, std::vector<Time>> runs;

/// The table's daily jobs with their times and needs, doing nothing.
std::vector<TimedJob> daily_jobs()
{
    std::vector<TimedJob> found;
    for (TimedJob job : timed_jobs()) {
        if (!std::holds_alternative<Daily>(job.when)) continue;
        job.run = [](JobContext& context) { runs[std::string{context.name}].push_back(context.now); };
        job.executor = Executor::sequential;
        found.push_back(job);
    }
    return found;
}

Settings all_enabled()
{
    Settings settings;
    settings.daily_credits_enabled = settings.session_check_enabled = settings.points_update_enabled =
        settings.auto_register_enabled = true;
    settings.register_api_url = "http://register";
    settings.register_api_key = "key";
    return settings;
}

const TimedJob& job_named(std::string_view name)
{
    const TimedJob* job = find_timed_job(name);
    REQUIRE(job != nullptr);
    return *job;
}

}  // namespace

TEST_CASE(
    "every daily job runs exactly once per local day: a leap year with both changes of the clocks and long sleeps")
{
    for (const char* place : {"Europe/Berlin", "America/Santiago", "Asia/Shanghai"}) {
        CAPTURE(std::string{place});
        const TimeZone zone{place};
        TemporaryDatabase database;
        Settings settings = all_enabled();
        settings.reset_counts_time = "23:55";  // so that what follows it belongs to the next date
        runs.clear();
        const Time begin = at("2028-01-01T12:00:00Z");
        publish_schedule(*database, settings, begin);
        const auto jobs = daily_jobs();
        CHECK(jobs.size() >= 7);
        SchedulerLoop loop{jobs, *database, database.file};
        std::map<std::string, std::vector<std::string>> expected;  // the days that were there to be seen
        for (Time now = begin; now < begin + 24h * 366; now += 23min) {
            if (now - begin > 24h * 150 && now - begin < 24h * 150 + 23min) now += 24h * 10;
            loop.run_due(settings, now);
            for (const TimedJob& job : jobs) {
                const std::string day = local_date(latest_occurrence(std::get<Daily>(job.when).at(settings), now));
                auto& days = expected[std::string{job.name}];
                if (days.empty() || days.back() != day) days.push_back(day);
            }
        }
        for (const TimedJob& job : jobs) {
            CAPTURE(job.name);
            const auto& days = expected[std::string{job.name}];
            CHECK(days.size() >= 355);
            CHECK(std::count(days.begin(), days.end(), "2028-02-29") == 1);
            std::vector<std::string> ran_for;
            for (const Time ran : runs[std::string{job.name}])
                ran_for.push_back(local_date(latest_occurrence(std::get<Daily>(job.when).at(settings), ran)));
            // The first day had begun when the schedule was set up.
            CHECK(ran_for == std::vector<std::string>(days.begin() + 1, days.end()));
        }
    }
}

TEST_CASE("a new schedule has nothing to catch up, and goes on where it was after a restart")
{
    const TimeZone zone{"UTC"};
    TemporaryDatabase database;
    const Settings settings = all_enabled();
    runs.clear();
    const Time begin = at("2026-11-22T12:00:00Z");
    publish_schedule(*database, settings, begin);
    const auto jobs = daily_jobs();
    SchedulerLoop{jobs, *database, database.file}.run_due(settings, begin);
    CHECK(runs.empty());
    publish_schedule(*database, settings, begin + 24h);
    SchedulerLoop{jobs, *database, database.file}.run_due(settings, begin + 24h);
    CHECK(runs.size() == jobs.size());
    for (const auto& [name, times] : runs) CHECK(times.size() == 1);
}

TEST_CASE("the table: names are given once, and what each needs is a setting's word")
{
    std::map<std::string_view, int> names;
    for (const TimedJob& job : timed_jobs()) {
        CAPTURE(job.name);
        CHECK(++names[job.name] == 1);
        CHECK(waits_for(job, all_enabled()).empty());
        CHECK((job.executor == Executor::sequential) == job.queues.has_value());
        if (const Message missing = waits_for(job, Settings{}); !missing.empty())
            CHECK(english(missing).find("_ENABLED is off") != std::string::npos);
    }
    Settings settings = all_enabled();
    settings.register_api_url.reset();
    CHECK(waits_for(job_named("auto_register"), settings) ==
          Message{"schedule.setting_missing", {{"setting", "REGISTER_API_URL"}}});
    CHECK(waits_for(job_named("backup"), Settings{}).empty());
}

TEST_CASE("when, for people")
{
    Settings settings;
    settings.reset_counts_time = "23:55";
    CHECK(english(when_message(job_named("checkpoint_log"), settings)) == "Every 100 ms");
    CHECK(english(when_message(job_named("end_bans"), settings)) == "Every second");
    CHECK(english(when_message(job_named("reset_counts"), settings)) == "Daily at 23:55");
    CHECK(english(when_message(job_named("daily_points"), settings)) == "Daily at 00:05");
    CHECK(english(when_message(job_named("points"), settings)) == "Every hour");
    settings.points_update_interval = 90;
    CHECK(english(when_message(job_named("points"), settings)) == "Every 90 seconds");
    CHECK(english(when_message(job_named("auto_register"), settings)) ==
          "Every 10 seconds, one per AUTO_REGISTER_INTERVAL");
    CHECK(english(when_message(job_named("backup"), settings)) == "Daily at 03:30");
}

TEST_CASE("the next run")
{
    const TimeZone zone{"UTC"};
    const Settings settings = all_enabled();
    const Time noon = at("2026-11-22T12:00:00Z");
    const TimedJob& backup = job_named("backup");
    CHECK(next_run(backup, settings, {}, "2026-11-22", noon) == at("2026-11-23T03:30:00Z"));
    CHECK(next_run(backup, settings, {}, "2026-11-21", noon) == noon);                    // to be caught up
    CHECK(next_run(backup, settings, noon - 10min, "2026-11-21", noon) == noon + 20min);  // failed ten minutes ago
    const TimedJob& points = job_named("points");
    CHECK(next_run(points, settings, {}, "", noon) == noon);
    CHECK(next_run(points, settings, noon - 10min, "", noon) == noon + 50min);
    CHECK(next_run(points, settings, noon + 24h * 365, "", noon) == noon);  // by a clock that was ahead
    CHECK_FALSE(next_run(points, Settings{}, {}, "", noon));
    Settings moved = settings;
    moved.reset_counts_time = "15:00";  // to later, on a day that is done
    CHECK(next_run(job_named("reset_counts"), moved, {}, "2026-11-22", noon) == at("2026-11-23T15:00:00Z"));
}

TEST_CASE("the rows follow the settings, and rows of jobs that are no longer there go")
{
    const TimeZone zone{"UTC"};
    TemporaryDatabase database;
    ScheduleStore store{*database};
    store.publish(3, {.name = "of_an_older_version", .when = external_text("daily at 01:00")});
    publish_schedule(*database, Settings{}, at("2026-11-22T12:00:00Z"));
    CHECK(store.all().size() == timed_jobs().size());
    CHECK(store.all().front().name == timed_jobs().front().name);
    CHECK_FALSE(store.find("of_an_older_version"));
    CHECK(english(store.find("points")->waits_for) == "POINTS_UPDATE_ENABLED is off");
    CHECK_FALSE(store.find("points")->next_run_at);
    publish_schedule(*database, all_enabled(), at("2026-11-22T12:00:01Z"));
    CHECK(store.find("points")->waits_for.empty());
    CHECK(store.find("points")->next_run_at);
    CHECK(store.find("backup")->next_run_at == at("2026-11-23T03:30:00Z"));
}

TEST_CASE("the list for a terminal names every job, also before any scheduler ran")
{
    const TimeZone zone{"UTC"};
    TemporaryDatabase database;
    const Time now = at("2026-11-22T12:00:00Z");
    for (const TimedJob& job : timed_jobs())
        CHECK(schedule_text(*database, Settings{}, now).find(job.name) != std::string::npos);
    CHECK(number(*database, "SELECT count(*) FROM schedule") == 0);
    CHECK(schedule_text(*database, Settings{}, now).find("not by itself: POINTS_UPDATE_ENABLED is off") !=
          std::string::npos);
    publish_schedule(*database, Settings{}, now);
    ScheduleStore{*database}.end("backup", {.started = now, .ended = now, .ok = false}, now + 30min);
    const std::string text = schedule_text(*database, Settings{}, now + 1min);
    CHECK(text.find("2026-11-22 12:00:00  failed") != std::string::npos);
    // Columns stay apart, however long what stands in them is.
    for (std::size_t line = 0, last = text.find("LAST"); line < text.size(); line = text.find('\n', line) + 1)
        CHECK(text.substr(line + last - 2, 2) == "  ");
}
