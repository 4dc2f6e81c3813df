#include "core/storage/stores/schedule_store.hpp"

#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time noon = at("2026-11-22T12:00:00Z");

struct Schedule : TemporaryDatabase {
    ScheduleStore store{**this};
    ScheduledJob get(std::string_view name)
    {
        auto found = store.find(name);
        REQUIRE(found);
        return *found;
    }
};

}  // namespace

TEST_CASE("each daily job remembers its own last day")
{
    Schedule schedule;
    CHECK(schedule.store.last_day("reset").empty());
    schedule.store.set_last_day("reset", "2026-11-21");
    schedule.store.set_last_day("reset", "2026-11-22");
    CHECK(schedule.store.last_day("reset") == "2026-11-22");
    CHECK(schedule.store.last_day("other").empty());
    Database another{schedule.file};
    CHECK(ScheduleStore{another}.last_day("reset") == "2026-11-22");
}

TEST_CASE("what is published stands in the table's order, and beside what the runs left")
{
    Schedule schedule;
    schedule.store.publish(
        1, {.name = "late", .when = external_text("daily at 03:30"), .waits_for = external_text("X is false")});
    schedule.store.publish(0, {.name = "early", .when = external_text("every second"), .next_run_at = noon});
    const auto all = schedule.store.all();
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "early");
    CHECK(all[0].next_run_at == noon);
    CHECK(all[1].waits_for == external_text("X is false"));

    schedule.store.set_last_day("late", "2026-11-22");
    schedule.store.end("late", {.started = noon, .ended = noon + 5s, .duration = 5s, .summary = external_text("well")},
                       noon + 24h);
    schedule.store.publish(1, {.name = "late", .when = external_text("daily at 04:00"), .next_run_at = noon + 25h});
    const ScheduledJob late = schedule.get("late");
    CHECK(late.when == external_text("daily at 04:00"));
    CHECK(late.waits_for.empty());
    CHECK(late.last_day == "2026-11-22");
    CHECK(late.duration == 5s);
    CHECK(late.summary == external_text("well"));
    CHECK(late.next_run_at == noon + 25h);
    schedule.store.remove("late");
    CHECK_FALSE(schedule.store.find("late"));
}

TEST_CASE("to publish what stands there already is no write")
{
    Schedule schedule;
    const ScheduledJob job{
        .name = "job", .when = external_text("every hour"), .waits_for = external_text("X is false")};
    schedule.store.publish(0, job);
    Database other{schedule.file};
    other.run("BEGIN IMMEDIATE");
    Database hasty{schedule.file, 0ms};
    CHECK_NOTHROW(ScheduleStore{hasty}.publish(0, job));
    other.run("ROLLBACK");
}

TEST_CASE("a run from its beginning to its end")
{
    Schedule schedule;
    schedule.store.publish(0, {.name = "job", .when = external_text("every hour")});
    CHECK(schedule.store.request_run("job", noon));
    CHECK_FALSE(schedule.store.request_run("no such job", noon));
    CHECK(schedule.store.requested() == std::vector<std::string>{"job"});

    schedule.store.begin("job", noon + 1s);
    CHECK(schedule.store.requested().empty());
    CHECK(schedule.get("job").running_since == noon + 1s);
    schedule.store.request_run("job", noon + 2s);  // meanwhile: stands for the next one

    schedule.store.end(
        "job", {.started = noon + 1s, .ended = noon + 3s, .duration = 2s, .ok = false, .summary = external_text("no")},
        std::nullopt);
    const ScheduledJob job = schedule.get("job");
    CHECK_FALSE(job.running_since);
    CHECK(job.last_started_at == noon + 1s);
    CHECK(job.last_ended_at == noon + 3s);
    CHECK(job.outcome == "failed");
    CHECK(job.summary == external_text("no"));
    CHECK_FALSE(job.next_run_at);
    CHECK(job.run_requested_at == noon + 2s);
}

TEST_CASE("a run that its scheduler did not live to end is told as failed")
{
    Schedule schedule;
    schedule.store.begin("job", noon);
    schedule.store.end("other", {.started = noon, .ended = noon}, std::nullopt);
    CHECK(schedule.store.end_interrupted(noon + 1min) == 1);
    CHECK(schedule.get("job").outcome == "failed");
    CHECK(schedule.get("job").duration == 1min);
    CHECK_FALSE(schedule.get("job").running_since);
    CHECK(schedule.get("other").outcome == "ok");
}
