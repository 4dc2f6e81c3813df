#include "api/jobs/jobs.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/storage/stores/job_progress.hpp"

using namespace dreamina;

namespace {

class JobsApi : public ApiFixture {
public:
    explicit JobsApi(bool configured = true)
        : ApiFixture(configured ? std::map<std::string, std::string>{{"REGISTER_API_URL", "http://r:1"},
                                                                     {"REGISTER_API_KEY", "key"}}
                                : std::map<std::string, std::string>{})
    {
        for (const char* email : {"a@x.example", "b@x.example", "c@x.example"})
            accounts().add(
                {.email = email, .password = "secret-" + std::string{email}, .session_id = "s-" + std::string{email}},
                now);
    }
    Json ask(const std::string& method, const std::string& target, int status, std::string body = "")
    {
        const Reply answer = reply(job_routes(), request(method, target, std::move(body)));
        CHECK_MESSAGE(answer.status == status, answer.body);
        CHECK(answer.body.find("secret-") == std::string::npos);
        return Json::parse(answer.body);
    }
    Json queue(std::string body) { return ask("POST", "/api/jobs", 202, std::move(body))["job"]; }
    /// The first so many accounts of the job fail, the others are done.
    void end(JobId job, int failed)
    {
        JobProgress progress{database()};
        for (const WorkItem& item : progress.pending(job)) {
            const bool fails = failed-- > 0;
            progress.end_item(item,
                              {.state = fails ? ItemState::failed : ItemState::done,
                               .result = {},
                               .error = fails ? external_text("no luck") : Message{}},
                              now);
        }
        progress.end_if_finished(job, now);
    }
};

}  // namespace

TEST_CASE("jobs are queued for a list, for all and for the expired, and shown with their accounts")
{
    JobsApi api;
    const Json points = api.queue(R"({"kind": "points_update", "accounts": [2, 1, 2]})");
    CHECK(points["state"] == "queued");
    CHECK(points["total"] == 2);
    CHECK(points["scope"] == nullptr);
    CHECK(api.queue(R"({"kind": "session_check", "accounts": "all"})")["scope"] == "all");
    const Json expired = api.queue(R"({"kind": "session_refresh", "accounts": "expired"})");
    CHECK(expired["scope"] == "expired");
    CHECK(api.queue(R"({"kind": "session_refresh", "accounts": "expired"})")["id"] == expired["id"]);
    CHECK(api.queue(R"({"kind": "register", "count": 7})")["count"] == 7);
    const Json one = api.queue(R"({"kind": "session_refresh", "accounts": [3]})");
    CHECK(one["account_id"] == 3);
    CHECK(api.queue(R"({"kind": "session_refresh", "accounts": [3]})")["id"] == one["id"]);

    const Json shown = api.ask("GET", "/api/jobs/1", 200);
    CHECK(shown["items_total"] == 2);
    CHECK(shown["items"][0]["email"] == "b@x.example");
    CHECK(shown["items"][0]["state"] == "pending");
    CHECK(api.ask("GET", "/api/jobs", 200)["total"] == 5);
    const Json listed = api.ask("GET", "/api/jobs?kind=session_refresh&state=queued&size=1&page=2", 200);
    CHECK(listed["total"] == 2);
    CHECK(listed["items"][0]["id"] == expired["id"]);
}

TEST_CASE("a job is cancelled once")
{
    JobsApi api;
    api.queue(R"({"kind": "points_update", "accounts": "all"})");
    CHECK(api.ask("POST", "/api/jobs/1/cancel", 200)["job"]["state"] == "cancelled");
    CHECK(api.ask("POST", "/api/jobs/1/cancel", 409)["code"] == "job_ended");
    CHECK(api.ask("POST", "/api/jobs/1/retry", 409)["code"] == "nothing_failed");
}

TEST_CASE("a retry is for those that failed")
{
    JobsApi api;
    api.queue(R"({"kind": "points_update", "accounts": [1, 2, 3]})");
    CHECK(api.ask("POST", "/api/jobs/1/retry", 409)["code"] == "job_not_ended");
    api.end(1, 2);
    CHECK(api.ask("GET", "/api/jobs/1", 200)["error"] == "2 of 3 failed, the first: no luck");
    const Json failed = api.ask("GET", "/api/jobs/1?item_state=failed&size=1&page=2", 200);
    CHECK(failed["items_total"] == 2);
    CHECK(failed["items"][0]["email"] == "b@x.example");
    CHECK(api.ask("GET", "/api/jobs/1?item_state=bad", 422)["detail"] ==
          "item_state must be one of pending, running, done, failed, skipped");
    const Json again = api.ask("POST", "/api/jobs/1/retry", 202)["job"];
    CHECK(again["retry_of"] == 1);
    CHECK(again["total"] == 2);
    CHECK(api.ask("POST", "/api/jobs/1/retry", 202)["job"]["id"] == again["id"]);
    api.end(2, 0);
    CHECK(api.ask("POST", "/api/jobs/2/retry", 409)["code"] == "nothing_failed");
}

TEST_CASE("a retry of a registration is for the accounts that did not come")
{
    JobsApi api;
    api.queue(R"({"kind": "register", "count": 3})");
    JobProgress progress{api.database()};
    progress.add_ended_item(1, 1, {.state = ItemState::done, .result = {}, .error = {}}, api.now);
    progress.add_ended_item(1, {}, {.state = ItemState::failed, .result = {}, .error = {"no"}}, api.now);
    progress.end_if_finished(1, api.now);
    CHECK(api.ask("POST", "/api/jobs/1/retry", 202)["job"]["count"] == 2);
}

TEST_CASE("a job that ended before it had gone through all is tried again for all")
{
    JobsApi api;
    api.queue(R"({"kind": "points_update", "accounts": "all"})");
    JobProgress{api.database()}.end(1, JobState::failed, external_text("the upstream is away"), api.now);
    CHECK(api.ask("POST", "/api/jobs/1/retry", 202)["job"]["scope"] == "all");
}

TEST_CASE("what is refused is named and queues nothing")
{
    JobsApi api;
    const Scenario scenarios[] = {
        {"no kind", "POST", "/api/jobs", R"({"accounts": "all"})", 422, "kind is required"},
        {"an unknown kind", "POST", "/api/jobs", R"({"kind": "dance"})", 422, "kind must be one of"},
        {"a kind that is none", "POST", "/api/jobs", R"({"kind": 1})", 422, "kind must be a string"},
        {"no accounts", "POST", "/api/jobs", R"({"kind": "points_update"})", 422, "accounts is required"},
        {"null", "POST", "/api/jobs", R"({"kind": "points_update", "accounts": null})", 422,
         "accounts must be a list of ids, or an object"},
        {"an empty list", "POST", "/api/jobs", R"({"kind": "points_update", "accounts": []})", 422,
         "accounts must not be empty"},
        {"another word", "POST", "/api/jobs", R"({"kind": "points_update", "accounts": "some"})", 422,
         "accounts must be a list"},
        {"expired points", "POST", "/api/jobs", R"({"kind": "points_update", "accounts": "expired"})", 422,
         "accounts can be"},
        {"no number", "POST", "/api/jobs", R"({"kind": "points_update", "accounts": [1, "2"]})", 422,
         "accounts[1] must be a whole number"},
        {"a huge number", "POST", "/api/jobs", R"({"kind": "points_update", "accounts": [18446744073709551615]})", 422,
         "accounts[0] must be"},
        {"an unknown account", "POST", "/api/jobs", R"({"kind": "points_update", "accounts": [1, 99]})", 422,
         "accounts[1] is not an existing account"},
        {"a count of points", "POST", "/api/jobs", R"({"kind": "points_update", "accounts": "all", "count": 2})", 422,
         "count is for"},
        {"accounts to register", "POST", "/api/jobs", R"({"kind": "register", "accounts": "all"})", 422,
         "accounts is not for"},
        {"too many to register", "POST", "/api/jobs", R"({"kind": "register", "count": 101})", 422, "count must be"},
        {"an unknown field", "POST", "/api/jobs", R"({"kind": "register", "number": 1})", 422, "number"},
        {"no JSON", "POST", "/api/jobs", "{", 400, "malformed_json"},
        {"no such job", "GET", "/api/jobs/99", "", 404, "unknown_job"},
        {"no number", "GET", "/api/jobs/x", "", 404, "unknown_job"},
        {"no such job to cancel", "POST", "/api/jobs/99/cancel", "", 404, "unknown_job"},
        {"no such job to retry", "POST", "/api/jobs/99/retry", "", 404, "unknown_job"},
        {"an unknown state", "GET", "/api/jobs?state=lost", "", 422, "state must be one of"},
        {"an unknown kind to list", "GET", "/api/jobs?kind=dance", "", 422, "kind must be one of"},
        {"a page before the first", "GET", "/api/jobs?page=0", "", 422, "page must be"},
        {"too large a page", "GET", "/api/jobs?size=1001", "", 422, "size must be"},
    };
    for (const Scenario& scenario : scenarios) {
        CAPTURE(scenario.name);
        const Json answer = api.ask(scenario.method, scenario.target, scenario.status, scenario.body);
        CHECK_MESSAGE(answer.dump().find(scenario.body_part) != std::string::npos, answer.dump());
    }
    CHECK(api.ask("GET", "/api/jobs", 200)["total"] == 0);
}

TEST_CASE("without a register service nothing is queued that needs it")
{
    JobsApi api{false};
    for (const char* body : {R"({"kind": "register"})", R"({"kind": "session_refresh", "accounts": [1]})"})
        CHECK(api.ask("POST", "/api/jobs", 409, body)["code"] == "register_service_not_configured");
    api.queue(R"({"kind": "points_update", "accounts": [1]})");
    JobStore{api.database()}.queue_registration(1, "admin", api.now);
    JobProgress{api.database()}.end(2, JobState::failed, external_text("no"), api.now);
    CHECK(api.ask("POST", "/api/jobs/2/retry", 409)["code"] == "register_service_not_configured");
}

TEST_CASE("jobs for those that a filter means, and for more than one transaction would like")
{
    JobsApi api;
    CHECK(api.queue(R"({"kind": "points_update", "accounts": {"email": "B@"}})")["account_id"] == 2);
    CHECK(api.queue(R"({"kind": "session_check", "accounts": {}})")["total"] == 3);
    CHECK(api.ask("POST", "/api/jobs", 422, R"({"kind": "points_update", "accounts": {"region": "jp"}})")["detail"] ==
          "accounts matches no account");
    CHECK(api.ask("POST", "/api/jobs", 422, R"({"kind": "points_update", "accounts": {"room": "x"}})")["detail"] ==
          "accounts.room must be the id of a model; GET /api/models lists them");

    for (int i = 0; i < 500; ++i)
        api.accounts().add(
            {.email = std::to_string(i) + "@many.example", .password = "p", .region = Region::hk, .session_id = "s"},
            api.now);
    api.queue(R"({"kind": "session_refresh", "accounts": [10]})");
    const Json many = api.queue(R"({"kind": "session_refresh", "accounts": {"region": "hk"}})");
    CHECK(many["total"] == 500);
    CHECK(many["scope"] == nullptr);
    CHECK(api.ask("GET", "/api/jobs/" + std::to_string(many["id"].get<int>()), 200)["items_total"] == 0);
    api.accounts().remove(11);
    const JobId id = many["id"];
    JobProgress progress{api.database()};
    int expansions = 0;
    while (progress.expand(id, {}, api.now)) {
        CHECK_FALSE(progress.end_if_finished(id, api.now));
        ++expansions;
        if (expansions == 1) api.end(id, 1);  // no more than what it has been given
    }
    CHECK(expansions == 3);
    CHECK(api.ask("GET", "/api/jobs/" + std::to_string(id), 200)["items_total"] == 498);
    api.end(id, 1);
    api.end(id, 0);
    const Json ended = api.ask("GET", "/api/jobs/" + std::to_string(id), 200);
    CHECK(ended["state"] == "done");
    CHECK(ended["total"] == 498);
    CHECK(ended["failed"] == 2);
    CHECK(api.ask("POST", "/api/jobs/" + std::to_string(id) + "/retry", 202)["job"]["total"] == 2);
}

TEST_CASE("a list that was given up in its midst is tried again from there")
{
    JobsApi api;
    std::string ids;
    for (int i = 0; i < 300; ++i) {
        const auto id =
            api.accounts().add({.email = std::to_string(i) + "@x", .password = "p", .session_id = "s"}, api.now);
        ids += (ids.empty() ? "" : ",") + std::to_string(id);
    }
    const JobId id = api.queue(R"({"kind": "points_update", "accounts": [)" + ids + "]}")["id"];
    JobProgress progress{api.database()};
    CHECK(progress.expand(id, {}, api.now));
    progress.end(id, JobState::failed, external_text("the upstream is down"), api.now);
    while (progress.close_open_items(id, ItemState::failed, external_text("the upstream is down"), api.now)) {
    }
    CHECK(api.ask("POST", "/api/jobs/" + std::to_string(id) + "/retry", 202)["job"]["total"] == 300);
}

TEST_CASE("the jobs of one account")
{
    JobsApi api;
    const auto found = [&](const std::string& query) {
        std::vector<int> all;
        const Json page = api.ask("GET", "/api/jobs?account_id=" + query, 200);
        for (const Json& item : page["items"]) all.push_back(item["id"]);
        return all;
    };
    api.queue(R"({"kind": "points_update", "accounts": [1, 2]})");
    api.queue(R"({"kind": "session_refresh", "accounts": [2]})");
    api.queue(R"({"kind": "points_update", "accounts": "all"})");
    CHECK(found("1") == std::vector{1});
    CHECK(found("2") == std::vector{2, 1});
    CHECK(found("2&kind=session_refresh") == std::vector{2});
    CHECK(found("2&state=running").empty());
    CHECK(found("2&size=1&page=2") == std::vector{1});
    CHECK(found("77").empty());
    CHECK(api.ask("GET", "/api/jobs?account_id=x", 422)["code"] == "invalid_parameter");
}
