#include "api/system/health.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/base/file.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/pool/worker_presence.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/stores/job_store.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/time_zone.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

class Health : public ApiFixture {
public:
    using ApiFixture::ApiFixture;

    Reply ready()
    {
        Request wanted = request("GET", "/healthz/ready");
        wanted.headers = {{"Cookie", "none"}};  // a stranger
        return reply(health_routes(), std::move(wanted));
    }
    Json checks(int status)
    {
        const Reply answer = ready();
        CHECK_MESSAGE(answer.status == status, answer.body);
        const Json body = Json::parse(answer.body);
        CHECK(body["status"] == (status == 200 ? "ready" : "not_ready"));
        for (const char* secret : {"/", "dreamina.db", "config.json", "admin123", "127.0.0.1", DREAMINA_VERSION})
            CHECK_MESSAGE(answer.body.find(secret) == std::string::npos, answer.body);
        return body["checks"];
    }
    Json report() { return Json::parse(reply(health_routes(), request("GET", "/api/health")).body); }
    Json check(const std::string& name)
    {
        const Json all = report();
        for (const Json& item : all["checks"])
            if (item["name"] == name) return item;
        FAIL("no such check: " << name);
        return {};
    }
    void beat() { presence.beat(now); }
    void pass(std::chrono::seconds span)
    {
        now += span;
        beat();
    }
    void write_config(const char* text)
    {
        REQUIRE(write_file_atomically(config(), text, 0600));
        settings_file().refresh();
    }
    void backup_ended(Time when, bool ok)
    {
        ScheduleStore store{database()};
        store.publish(1, {.name = "backup", .when = external_text("daily"), .next_run_at = now + 1h});
        store.end("backup", {.started = when, .ended = when, .ok = ok, .summary = external_text("the disk said no")},
                  now + 1h);
    }
    AccountId add_account(Region region = Region::us)
    {
        return accounts().add({.email = "a" + std::to_string(++count_) + "@x.example",
                               .password = "p",
                               .region = region,
                               .session_id = "s",
                               .points = 10},
                              now);
    }

    SchedulerPresence presence = SchedulerPresence::announce(config().parent_path() / "dreamina.db").value();

private:
    int count_ = 0;
};

}  // namespace

TEST_CASE("ready: everything that a request needs is there")
{
    Health api;
    api.beat();
    CHECK(api.checks(200) == Json{{"database", "ok"}, {"settings", "ok"}, {"upstream", "ok"}, {"scheduler", "ok"}});
}

TEST_CASE("not ready: each reason in words, and in nothing but words")
{
    Health api;
    CHECK(api.checks(503)["scheduler"] == "the scheduler is not running");
    api.beat();
    CHECK(api.checks(200)["scheduler"] == "ok");

    api.write_config(R"({"PROXY_TIMEOUT": -1})");
    CHECK(api.checks(503)["settings"] == "the configuration file has a fault");
    api.write_config("{}");

    api.pass(10s);
    api.upstream_status.reset();
    CHECK(api.checks(503)["upstream"] == "the upstream does not answer");
    BreakerStore{api.database()}.set_state(opened(api.now));
    CHECK(api.checks(503)["upstream"] == "requests have found the upstream down");
    BreakerStore{api.database()}.set_state({});
    api.upstream_status = 200;

    api.pass(10s);
    {
        Database other{api.config().parent_path() / "dreamina.db"};
        Transaction holds{other};
        CHECK(api.checks(503)["database"] == "the database is locked by another process");
    }
    api.pass(3s);
    CHECK(api.checks(200)["database"] == "ok");
    CHECK(find_header(api.ready().headers, "Retry-After") == nullptr);
}

TEST_CASE("live needs nothing, not even a thread")
{
    const auto routes = health_routes();
    const auto match = find_route(routes, "HEAD", "/healthz/live");
    REQUIRE(match.route != nullptr);
    REQUIRE(bool{match.route->at_once != nullptr});
    CHECK(match.route->access == Access::open);
    const Reply answer = match.route->at_once();
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"status":"live"})");
}

TEST_CASE("healthz says what it always said, whatever is ill")
{
    Health api;
    api.write_config("{");
    BreakerStore{api.database()}.set_state(opened(api.now));
    const Reply answer = api.reply(health_routes(), ApiFixture::request("GET", "/healthz"));
    CHECK(answer.status == 200);
    const Json body = Json::parse(answer.body);
    CHECK(body["status"] == "ok");
    CHECK(body["settings"].get<std::string>().starts_with("config.json is not valid JSON"));
    CHECK(body["upstream"]["state"] == "open");
}

TEST_CASE("the report: all is well")
{
    Health api{{{"ADMIN_PASSWORD", "geheim"}}};
    api.token = "geheim";
    api.beat();
    for (const Region region : {Region::us, Region::hk, Region::cn}) api.add_account(region);
    api.backup_ended(api.now - 2h, true);
    const Json report = api.report();
    CHECK_MESSAGE(report["status"] == "ok", report.dump(1));
    CHECK(report["checked_at"] == "2026-11-22T12:00:00.000Z");
    CHECK(report["checks"].size() == 17);
    for (const Json& item : report["checks"]) {
        CHECK(item.size() == 7);
        CHECK_MESSAGE(item["state"] == "ok", item.dump());
        CHECK(item["code"] == "ok");
        CHECK_FALSE(item["message"].get<std::string>().empty());
        CHECK(item["advice"].is_null());
    }
}

TEST_CASE("the report: a worker that does not take the settings")
{
    Health api;
    const auto folder = presence_folder(api.config().parent_path() / "dreamina.db");
    const auto worker = WorkerPresence::announce(folder).value();
    const auto stuck = WorkerPresence::announce(folder).value();
    for (const auto* each : {&worker, &stuck}) CHECK(each->tell_settings(api.settings_file().version()));
    CHECK(api.check("workers")["state"] == "ok");
    api.write_config(R"({"PORT": 6666})");
    CHECK(worker.tell_settings(api.settings_file().version()));
    const Json facts{{"running", 2}, {"up_to_date", 1}};
    api.now = api.settings_file().changed_at() + 4s;
    CHECK(api.check("workers")["state"] == "ok");  // it may be about to
    CHECK(api.check("workers")["facts"] == facts);
    api.now = api.settings_file().changed_at() + 6s;
    const Json behind = api.check("workers");
    CHECK(behind["state"] == "warning");
    CHECK(behind["code"] == "behind");
    CHECK(behind["facts"] == facts);
    CHECK(behind["message"].get<std::string>().starts_with("Only 1 of 2 workers have loaded"));
    CHECK(behind["advice"].is_string());
    CHECK(stuck.tell_settings(api.settings_file().version()));
    CHECK(api.check("workers")["state"] == "ok");
}

TEST_CASE("the report: a worker that drains is told, and no fault")
{
    Health api;
    const auto folder = presence_folder(api.config().parent_path() / "dreamina.db");
    auto old = WorkerPresence::announce(folder).value();
    const auto successor = WorkerPresence::announce(folder).value();
    CHECK(successor.tell_settings(api.settings_file().version()));
    old.tell_draining();
    api.now = api.settings_file().changed_at() + 6s;
    const Json draining = api.check("workers");
    CHECK(draining["state"] == "ok");
    CHECK(draining["facts"] == Json{{"running", 1}, {"up_to_date", 1}, {"draining", 1}});
    CHECK(draining["message"].get<std::string>().find("1 more only finish") != std::string::npos);
    CHECK(draining["advice"].is_null());
    api.write_config(R"({"PORT": 6666})");
    api.now = api.settings_file().changed_at() + 6s;
    const Json behind = api.check("workers");  // the one that does not drain
    CHECK(behind["code"] == "behind");
    CHECK(behind["facts"]["draining"] == 1);
}

TEST_CASE("the report tells the time zone and its offset; one that does not exist is a fault")
{
    Health api;
    {
        const TimeZone zone{"Asia/Shanghai"};
        const Json check = api.check("time_zone");
        CHECK(check["state"] == "ok");
        CHECK(check["message"] == "Local times are those of Asia/Shanghai (UTC+08:00)");
        CHECK(check["facts"] == Json{{"zone", "Asia/Shanghai"}, {"offset", "+08:00"}});
    }
    const TimeZone zone{"Asia/Shangai"};
    const Json check = api.check("time_zone");
    CHECK(check["state"] == "fault");
    CHECK(check["code"] == "unknown");
    CHECK(check["message"].get<std::string>().find("“Asia/Shangai”") != std::string::npos);
    CHECK(check["advice"].is_string());
    CHECK(check["facts"] == Json{{"zone", "Asia/Shangai"}, {"offset", "+00:00"}});
}

TEST_CASE("the report is for administrators")
{
    Health api;
    api.token = "guessed";
    CHECK(api.reply(health_routes(), ApiFixture::request("GET", "/api/health")).status == 401);
}

TEST_CASE("the report names what is wrong and what to do")
{
    Health api;
    const auto says = [&](const char* name, const char* state, const char* part) {
        const Json item = api.check(name);
        CHECK_MESSAGE(item["state"] == state, item.dump());
        CHECK_MESSAGE(item["message"].get<std::string>().find(part) != std::string::npos, item.dump());
        if (item["state"] != "ok") CHECK_MESSAGE(item["advice"].is_string(), item.dump());
        CHECK_MESSAGE((item["state"] == "ok") == (item["code"] == "ok"), item.dump());
        CHECK_MESSAGE(item["facts"].is_object(), item.dump());
    };
    says("scheduler", "fault", "The scheduler has not run yet");
    CHECK(api.report()["status"] == "fault");
    api.beat();
    says("scheduler", "ok", "is running");
    api.now += 1min;
    says("scheduler", "fault", "has been stuck since 2026-11-22T12:00:00.000Z");
    api.beat();

    says("password", "warning", "default");
    says("accounts", "warning", "There are no accounts");
    const AccountId us = api.add_account(Region::us);
    says("accounts", "warning", "No account can serve these models now: jimeng-4.6");
    const AccountId cn = api.add_account(Region::cn);
    api.add_account(Region::hk);
    says("accounts", "ok", "usable account");
    api.accounts().ban(us, std::nullopt, {}, api.now);
    says("accounts", "warning", "No usable accounts in these regions: US");
    api.accounts().ban(cn, std::nullopt, {}, api.now);
    says("accounts", "warning", "jimeng-3.1");
    for (int id = 1; id <= 3; ++id) api.accounts().ban(id, std::nullopt, {}, api.now);
    says("accounts", "fault", "None of the 3 accounts can serve any model");

    says("jobs", "ok", "No job has failed");
    JobStore{api.database()}.queue_registration(1, asked_by_admin, api.now);
    api.database().run("UPDATE jobs SET state = 'failed', ended_at = ?", api.now - 23h);
    says("jobs", "warning", "Failed jobs in the last 24 hours: 1");
    api.database().run("UPDATE jobs SET ended_at = ?", api.now - 25h);
    says("jobs", "ok", "No job has failed");

    says("backup", "warning", "No backup has been made yet");
    ScheduleStore{api.database()}.publish(
        1, {.name = "backup", .when = external_text("daily"), .next_run_at = api.now + 1h});
    says("backup", "ok", "No backup has been made yet");
    api.backup_ended(api.now - 27h, true);
    says("backup", "warning", "The last backup was made at 2026-11-21");
    api.backup_ended(api.now - 1h, false);
    says("backup", "fault", "failed: the disk said no");
    CHECK(api.check("backup")["code"] == "failed");
    CHECK(api.check("backup")["facts"] == Json{{"at", to_rfc3339(api.now - 1h)}, {"reason", "the disk said no"}});
    CHECK(api.check("backup")["params"]["reason"]["code"] == "text.external");

    says("schedule", "ok", "succeeded");
    ScheduleStore{api.database()}.publish(2, {.name = "prune", .when = external_text("daily")});
    ScheduleStore{api.database()}.end(
        "prune", {.started = api.now, .ended = api.now, .ok = false, .summary = external_text("x")}, {});
    says("schedule", "warning", "prune");
    CHECK(api.check("schedule")["facts"] == Json{{"names", {"prune"}}});

    says("clock", "ok", "It is 2026-11-22T12:01:00.000Z");
    api.presence.beat(api.now + 1h);
    says("clock", "warning", "2026-11-22T13:01:00.000Z");
    api.beat();

    api.write_config(R"({"PORT": 0})");
    says("settings", "fault", "PORT");
    CHECK(api.check("settings")["params"]["fault"]["code"] == "error.in_file");
    CHECK(api.check("settings")["facts"]["fault"].get<std::string>().find("PORT") != std::string::npos);
    BreakerStore{api.database()}.set_state(opened(api.now));
    says("upstream", "fault", "since 2026-11-22T12:01:00.000Z");
    says("disk", "ok", "free on the disk");
    says("database_log", "ok", "MB");
    says("database", "ok", "takes writes");
}

TEST_CASE("something else at the upstream's address is named, with what to enter")
{
    Health api;
    api.beat();
    api.upstream_status = 302;
    CHECK(api.checks(503)["upstream"] == "what answers at its address is not an upstream");
    const Json item = api.check("upstream");
    CHECK(item["state"] == "fault");
    CHECK(item["code"] == "redirect");
    CHECK(item["message"].get<std::string>().find("redirects") != std::string::npos);
    CHECK(item["advice"].get<std::string>().find("UPSTREAM_BASE_URL") != std::string::npos);
}

TEST_CASE("which upstream it is, is told where the breaker is")
{
    Health api;
    const auto program = [&] {
        return Json::parse(api.reply(health_routes(), ApiFixture::request("GET", "/api/upstream")).body)["program"];
    };
    CHECK(program()["kind"].is_null());
    CHECK(program()["finding"].is_null());
    UpstreamFactsStore facts{api.database()};
    facts.expect("http://localhost:8080");
    facts.found("http://localhost:8080",
                {.diagnosis = UpstreamDiagnosis::jimeng_api,
                 .version = "1.6.3",
                 .message = {"upstream.found.jimeng_api", {{"version", "1.6.3"}}}},
                api.now, api.now);
    CHECK(program() ==
          Json{{"kind", "jimeng-api"},
               {"version", "1.6.3"},
               {"finding", "jimeng_api"},
               {"finding_message", {{"code", "upstream.found.jimeng_api"}, {"params", {{"version", "1.6.3"}}}}},
               {"message", "jimeng-api 1.6.3 responds"},
               {"instead", nullptr},
               {"asked_at", to_rfc3339(api.now)}});
    api.beat();
    CHECK(api.check("upstream")["facts"] == Json{{"kind", "jimeng-api"}, {"version", "1.6.3"}});
}
