#include "api/jobs/schedule.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/storage/stores/schedule_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Schedule : ApiFixture {
    Schedule()
    {
        store.publish(0, {.name = "end_bans", .when = external_text("every second"), .next_run_at = now - 30s});
        store.publish(1, {.name = "points",
                          .when = external_text("every hour"),
                          .waits_for = {"schedule.setting_off", {{"setting", "POINTS_UPDATE_ENABLED"}}}});
        store.publish(2,
                      {.name = "backup", .when = {"schedule.daily_at", {{"time", "03:30"}}}, .next_run_at = now + 10h});
        store.end(
            "backup",
            {.started = now - 1h, .ended = now - 1h + 1500ms, .duration = 1500ms, .summary = external_text("wrote it")},
            now + 10h);
    }
    void scheduler_beats()
    {
        if (!presence) presence.emplace(SchedulerPresence::announce(config().parent_path() / "dreamina.db").value());
        presence->beat(now);
    }
    Json list() { return Json::parse(reply(schedule_routes(), request("GET", "/api/schedule")).body); }

    ScheduleStore store{database()};
    std::optional<SchedulerPresence> presence;
};

}  // namespace

TEST_CASE("the list: each timed job with its last and its next run")
{
    Schedule api;
    api.scheduler_beats();
    const Json listed = api.list();
    CHECK(listed["scheduler"] == Json{{"running", true}, {"beat_at", "2026-11-22T12:00:00.000Z"}});
    REQUIRE(listed["items"].size() == 3);
    CHECK(listed["items"][2] ==
          Json{{"name", "backup"},
               {"when_message", {{"code", "schedule.daily_at"}, {"params", {{"time", "03:30"}}}}},
               {"when", "Daily at 03:30"},
               {"enabled", true},
               {"waits_for_message", nullptr},
               {"waits_for", nullptr},
               {"running", false},
               {"running_since", nullptr},
               {"last_started_at", "2026-11-22T11:00:00.000Z"},
               {"last_ended_at", "2026-11-22T11:00:01.500Z"},
               {"duration_ms", 1500},
               {"outcome", "ok"},
               {"result_message", {{"code", "text.external"}, {"params", {{"text", "wrote it"}}}}},
               {"message", "wrote it"},
               {"next_run_at", "2026-11-22T22:00:00.000Z"},
               {"run_requested_at", nullptr}});
    CHECK(listed["items"][0]["next_run_at"] == "2026-11-22T12:00:00.000Z");  // written down half a minute ago
    CHECK(listed["items"][1]["enabled"] == false);
    CHECK(listed["items"][1]["waits_for"] == "POINTS_UPDATE_ENABLED is off");
    CHECK(listed["items"][1]["waits_for_message"]["params"] == Json{{"setting", "POINTS_UPDATE_ENABLED"}});
    CHECK(listed["items"][1]["next_run_at"] == nullptr);
    CHECK(listed["items"][1]["outcome"] == nullptr);
}

TEST_CASE("no scheduler, one that stands still, and one that runs a job")
{
    Schedule api;
    api.store.begin("backup", api.now - 5s);
    CHECK(api.list()["scheduler"] == Json{{"running", false}, {"beat_at", nullptr}});
    CHECK(api.list()["items"][2]["running"] == false);  // it died meanwhile
    api.scheduler_beats();
    CHECK(api.list()["items"][2]["running"] == true);
    CHECK(api.list()["items"][2]["running_since"] == "2026-11-22T11:59:55.000Z");
    api.now += 11s;
    CHECK(api.list()["scheduler"] == Json{{"running", false}, {"beat_at", "2026-11-22T12:00:00.000Z"}});
}

TEST_CASE("a run now: asked for, unknown, and one that runs already")
{
    Schedule api;
    api.scheduler_beats();
    api.store.begin("backup", api.now - 5s);
    for (const Scenario& scenario : std::vector<Scenario>{
             {"asked for", "POST", "/api/schedule/end_bans/run", "", 202, "end_bans will run within a second"},
             {"again, before it has run", "POST", "/api/schedule/end_bans/run", "", 202, "within a second"},
             {"one that does not run by itself", "POST", "/api/schedule/points/run", "", 202, "within a second"},
             {"unknown", "POST", "/api/schedule/lunch/run", "", 404, "unknown_timed_job"},
             {"it runs already", "POST", "/api/schedule/backup/run", "", 409, "backup is already running, since"}}) {
        CAPTURE(scenario.name);
        const Reply answer =
            api.reply(schedule_routes(), ApiFixture::request(scenario.method, scenario.target, scenario.body));
        CHECK_MESSAGE(answer.status == scenario.status, answer.body);
        CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
    }
    CHECK(api.store.requested() == std::vector<std::string>{"end_bans", "points"});
    CHECK(api.list()["items"][0]["run_requested_at"] == "2026-11-22T12:00:00.000Z");

    api.now += 1min;  // the scheduler is gone: its run is over, and the next one finds what was asked for
    const Reply answer = api.reply(schedule_routes(), ApiFixture::request("POST", "/api/schedule/backup/run"));
    CHECK(answer.status == 202);
    CHECK(answer.body.find("when the scheduler does; it does not run now") != std::string::npos);
    CHECK(Json::parse(answer.body)["scheduler"]["running"] == false);
}

TEST_CASE("only for the administrator")
{
    Schedule api;
    api.token = "guessed";
    CHECK(api.reply(schedule_routes(), ApiFixture::request("GET", "/api/schedule")).status == 401);
    CHECK(api.reply(schedule_routes(), ApiFixture::request("POST", "/api/schedule/backup/run")).status == 401);
    CHECK(api.store.requested().empty());
}
