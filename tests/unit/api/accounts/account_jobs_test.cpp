#include "api/accounts/account_jobs.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/storage/stores/job_progress.hpp"

using namespace dreamina;

namespace {

class Jobs : public ApiFixture {
public:
    explicit Jobs(bool configured = true)
        : ApiFixture(configured ? std::map<std::string, std::string>{{"REGISTER_API_URL", "http://r:1"},
                                                                     {"REGISTER_API_KEY", "key"}}
                                : std::map<std::string, std::string>{})
    {
        account = accounts().add({.email = "a@x.example", .password = "p"}, now);
        refresh = "/api/accounts/" + std::to_string(account) + "/session/update";
    }

    HandlerResult send(const std::string& target, std::string body = "")
    {
        return run(account_job_routes(), request("POST", target, std::move(body)));
    }
    Json ask(const std::string& target, int status, std::string body = "")
    {
        const Reply answer = std::get<Reply>(send(target, std::move(body)));
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    void end(const char* state, const char* error = nullptr)
    {
        database().run("UPDATE job_items SET state = ?, error = ?", state,
                       std::optional<std::string>{error ? error : ""});
        database().run("UPDATE jobs SET state = ?, ended_at = 1", state);
    }
    std::int64_t count()
    {
        std::int64_t jobs = 0;
        for (JobId id = 1; id < 100; ++id) jobs += JobStore{database()}.find(id) ? 1 : 0;
        return jobs;
    }

    AccountId account = 0;
    std::string refresh;
};

}  // namespace

TEST_CASE("without a register service nothing is queued")
{
    Jobs api{false};
    for (const std::string& target : {std::string{"/api/accounts/register"}, std::string{"/api/register-account"},
                                      api.refresh, std::string{"/api/accounts/1/update-session"}}) {
        CAPTURE(target);
        const Json answer = api.ask(target, 400);
        CHECK(answer["code"] == "register_service_not_configured");
        CHECK(answer["detail"].get<std::string>().find("REGISTER_API_URL") != std::string::npos);
    }
    CHECK(api.count() == 0);
}

TEST_CASE("a registration is queued")
{
    Jobs api;
    const Json job = api.ask("/api/accounts/register", 202)["job"];
    CHECK(job["kind"] == "register");
    CHECK(job["state"] == "queued");
    CHECK(job["count"] == 1);
    CHECK(job["account_id"] == nullptr);
    CHECK(job["created_at"] == "2026-11-22T12:00:00.000Z");
    CHECK(api.ask("/api/accounts/register", 202, R"({"count":100})")["job"]["count"] == 100);
    CHECK(api.ask("/api/accounts/register?wait=0", 202, R"({"count":null})")["job"]["count"] == 1);
    CHECK(api.count() == 3);
}

TEST_CASE("a refresh that already waits or runs is the same job; after its end there is a new one")
{
    Jobs api;
    const Json first = api.ask(api.refresh, 202)["job"];
    CHECK(first["kind"] == "session_refresh");
    CHECK(first["account_id"] == api.account);
    CHECK(api.ask(api.refresh + "?wait=0", 202)["job"]["id"] == first["id"]);
    api.database().run("UPDATE jobs SET state = 'running'");
    CHECK(api.ask(api.refresh, 202)["job"]["id"] == first["id"]);
    CHECK(api.count() == 1);
    api.end("failed");
    CHECK(api.ask(api.refresh, 202)["job"]["id"] != first["id"]);
    CHECK(api.count() == 2);
}

TEST_CASE("what is refused queues nothing")
{
    Jobs api;
    const std::string registration = "/api/accounts/register";
    const Scenario scenarios[] = {
        {"no account", "", "/api/accounts/99/session/update", "", 404, "unknown_account"},
        {"no number", "", "/api/accounts/x/session/update", "", 404, "unknown_account"},
        {"no account, the earlier route", "", "/api/accounts/99/update-session", "", 404, "unknown_account"},
        {"a wait that is none", "", api.refresh + "?wait=long", "", 422, "wait must"},
        {"an empty wait", "", api.refresh + "?wait=", "", 422, "wait must"},
        {"a wait below 0", "", api.refresh + "?wait=-1", "", 422, "wait must"},
        {"a wait without end", "", api.refresh + "?wait=99999999999999999999", "", 422, "wait must"},
        {"more than an hour", "", registration + "?wait=3601", "", 422, "wait must"},
        {"a fraction", "", registration + "?wait=1.5", "", 422, "wait must"},
        {"none to register", "", registration, R"({"count":0})", 422, "count must"},
        {"too many to register", "", registration, R"({"count":101})", 422, "count must"},
        {"a text for a count", "", registration, R"({"count":"2"})", 422, "count must"},
        {"an unknown field", "", registration, R"({"number":2})", 422, "number"},
        {"no JSON", "", registration, "{", 400, "malformed_json"},
    };
    for (const Scenario& scenario : scenarios) {
        CAPTURE(scenario.name);
        const Json answer = api.ask(scenario.target, scenario.status, scenario.body);
        CHECK_MESSAGE(answer.dump().find(scenario.body_part) != std::string::npos, answer.dump());
    }
    CHECK(api.count() == 0);
}

TEST_CASE("waiting for a refresh: its outcome, or the job when the time is over")
{
    Jobs api;
    const Await await = std::get<Await>(api.send(api.refresh + "?wait=30"));
    CHECK(await.until == api.now + std::chrono::seconds{30});
    CHECK(await.otherwise.status == 202);
    CHECK(Json::parse(await.otherwise.body)["job"]["state"] == "queued");
    CHECK_FALSE(await.look(api.database()));
    api.database().run("UPDATE jobs SET state = 'running'");
    CHECK_FALSE(await.look(api.database()));

    AccountChange change;
    change.session_id = std::optional<std::string>{"fedcba9876543210fedcba9876543210"};
    api.accounts().change(api.account, change, api.now);
    api.end("done");
    const auto done = await.look(api.database());
    REQUIRE(done.has_value());
    CHECK(done->status == 200);
    CHECK(Json::parse(done->body) == Json{{"message", "Session updated successfully"},
                                          {"new_session_id", "fedcba9876543210fedcba9876543210"},
                                          {"session_id_updated_at", "2026-11-22T12:00:00.000Z"}});

    api.end("failed", "the service answered 500");
    const auto failed = await.look(api.database());
    REQUIRE(failed.has_value());
    CHECK(failed->status == 502);
    const Json body = Json::parse(failed->body);
    CHECK(body["code"] == "job_failed");
    CHECK(body["detail"] == "the service answered 500");
    CHECK(body["params"] == Json{{"text", "the service answered 500"}});

    api.accounts().remove(api.account);
    const auto removed = await.look(api.database());
    REQUIRE(removed.has_value());
    CHECK(removed->status == 404);
}

TEST_CASE("waiting for a registration: the new account")
{
    Jobs api;
    const Await await = std::get<Await>(api.send("/api/accounts/register?wait=5"));
    JobProgress progress{api.database()};
    progress.add_ended_item(1, api.account, {.state = ItemState::done, .result = {}, .error = {}}, api.now);
    CHECK(progress.end_if_finished(1, api.now));
    const auto done = await.look(api.database());
    REQUIRE(done.has_value());
    const Json body = Json::parse(done->body);
    CHECK(body["message"] == "Account registered successfully");
    CHECK(body["account"]["email"] == "a@x.example");
    CHECK_FALSE(body["account"].contains("password"));
}

TEST_CASE("the earlier program's routes wait until the job ends, as they did")
{
    Jobs api;
    const Await registration = std::get<Await>(api.send("/api/register-account"));
    CHECK(registration.until == api.now + std::chrono::minutes{10});
    CHECK(registration.otherwise.status == 408);
    const Await refresh = std::get<Await>(api.send("/api/accounts/" + std::to_string(api.account) + "/update-session"));
    CHECK(refresh.until == api.now + std::chrono::minutes{2});
    CHECK(refresh.otherwise.status == 504);
}
