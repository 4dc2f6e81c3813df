#include "api/requests/requests.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/base/time_ordered_id.hpp"
#include "core/storage/log/request_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Requests : ApiFixture {
    AccountId account = accounts().add({.email = "a@x.org", .password = "p", .region = Region::hk}, now);

    std::string add(Time began, RequestOutcome outcome = RequestOutcome::success)
    {
        RequestRecord record{.facts = {.id = new_time_ordered_id(began),
                                       .began_at = began,
                                       .method = "POST",
                                       .path = "/v1/images/generations",
                                       .model_asked = "jimeng-4.0",
                                       .bytes_in = 55},
                             .model = "jimeng-4.0",
                             .end = {.outcome = outcome,
                                     .status = 200,
                                     .bytes_out = 999,
                                     .took = 2050ms,
                                     .upstream_took = 2040ms,
                                     .attempts = 1},
                             .last_attempt = AttemptRecord{.account = account,
                                                           .region = Region::hk,
                                                           .upstream_status = 200,
                                                           .began_at = began + 3ms,
                                                           .took = 2040ms}};
        RequestStore{database()}.add({&record, 1});
        return record.facts.id;
    }
    Json get(const std::string& target)
    {
        const Reply answer = reply(request_routes(), request("GET", target));
        CHECK_MESSAGE(answer.status == 200, answer.body);
        return Json::parse(answer.body);
    }
};

}  // namespace

TEST_CASE("a request of the list, and the same one whole")
{
    Requests api;
    const std::string id = api.add(api.now);
    const Json listed = api.get("/api/requests");
    CHECK(listed["next_cursor"] == nullptr);
    CHECK(listed["looked_back_to"] == nullptr);
    REQUIRE(listed["items"].size() == 1);
    Json expected{{"id", id},
                  {"started_at", "2026-11-22T12:00:00.000Z"},
                  {"ended_at", "2026-11-22T12:00:02.050Z"},
                  {"method", "POST"},
                  {"path", "/v1/images/generations"},
                  {"model", "jimeng-4.0"},
                  {"model_asked", "jimeng-4.0"},
                  {"api_key_id", nullptr},
                  {"outcome", "success"},
                  {"status", 200},
                  {"client_gone", false},
                  {"attempt_count", 1},
                  {"account_id", api.account},
                  {"email", "a@x.org"},
                  {"region", "hk"},
                  {"verdict", "success"},
                  {"bytes_in", 55},
                  {"bytes_out", 999},
                  {"duration_ms", 2050},
                  {"upstream_ms", 2040},
                  {"own_ms", 10}};
    CHECK(listed["items"][0] == expected);

    expected["eligibility"] = nullptr;
    expected["standing"] = nullptr;
    expected["attempts"] = Json::array({{{"number", 1},
                                         {"account_id", api.account},
                                         {"email", "a@x.org"},
                                         {"region", "hk"},
                                         {"verdict", "success"},
                                         {"status", 200},
                                         {"reason", nullptr},
                                         {"rule", nullptr},
                                         {"rules_version", nullptr},
                                         {"sample", nullptr},
                                         {"started_at", "2026-11-22T12:00:00.003Z"},
                                         {"duration_ms", 2040}}});
    CHECK(api.get("/api/requests/" + id) == expected);
}

TEST_CASE("a refused request tells how the accounts stood")
{
    Requests api;
    auto note = std::make_shared<StoredEligibility>(new_time_ordered_id(api.now));
    note->eligibility = {.total = 300,
                         .banned = 299,
                         .busy = 1,
                         .accounts = {{api.account, IneligibleReason::busy}, {9999, IneligibleReason::banned}}};
    RequestRecord record{.facts = {.id = new_time_ordered_id(api.now), .began_at = api.now},
                         .model = "jimeng-4.0",
                         .end = {.outcome = RequestOutcome::no_account, .status = 503, .eligibility = note}};
    RequestStore{api.database()}.add({&record, 1});
    const Json eligibility = api.get("/api/requests/" + record.facts.id)["eligibility"];
    CHECK(eligibility["total"] == 300);
    CHECK(eligibility["counts"]["banned"] == 299);
    CHECK(eligibility["counts"]["at_limit"] == 0);
    CHECK(eligibility["accounts_left_out"] == 298);
    CHECK(eligibility["accounts"] ==
          Json::array({{{"account_id", 9999}, {"email", nullptr}, {"reason", "banned"}},
                       {{"account_id", api.account}, {"email", "a@x.org"}, {"reason", "busy"}}}));
}

TEST_CASE("page by page")
{
    Requests api;
    for (int i = 0; i < 5; ++i) api.add(api.now + std::chrono::seconds{i});
    std::vector<std::string> seen;
    std::string cursor;
    for (int pages = 0; pages < 3; ++pages) {
        const Json page = api.get("/api/requests?size=2&cursor=" + cursor);
        for (const Json& item : page["items"]) seen.push_back(item["started_at"]);
        cursor = page["next_cursor"].is_null() ? "" : page["next_cursor"];
    }
    CHECK(cursor.empty());
    REQUIRE(seen.size() == 5);
    CHECK(std::is_sorted(seen.rbegin(), seen.rend()));
}

TEST_CASE("filters, and what is wrong with them")
{
    Requests api;
    const std::string id = api.add(api.now);
    api.add(api.now + 1h, RequestOutcome::account_failed);
    const std::string list = "/api/requests?";
    for (const auto& [query, count] :
         std::vector<std::pair<std::string, std::size_t>>{{"from=2026-11-22T12:30:00Z", 1},
                                                          {"to=2026-11-22T12:30:00Z", 1},
                                                          {"from=2026-11-22T10:00:00Z&to=2026-11-22T23:00:00Z", 2},
                                                          {"model=jimeng-4.0", 2},
                                                          {"model=jimeng-4.1", 0},
                                                          {"outcome=account_failed", 1},
                                                          {"status=200", 2},
                                                          {"status=404", 0},
                                                          {"account_id=" + std::to_string(api.account), 2},
                                                          {"account_id=999999", 0},
                                                          {"api_key_id=0", 2},
                                                          {"api_key_id=1", 0},
                                                          {"min_attempts=1", 2},
                                                          {"min_attempts=2", 0},
                                                          {"ended_from=2026-11-22T12:00:02.050Z", 2},
                                                          {"ended_from=2026-11-22T12:00:02.051Z", 1},
                                                          {"id=" + id, 1},
                                                          {"region=hk", 2},
                                                          {"region=us", 0},
                                                          {"outcome=&model=&region=&from=&cursor=", 2}}) {
        CAPTURE(query);
        CHECK(api.get(list + query)["items"].size() == count);
    }
    for (const Scenario& scenario : std::vector<Scenario>{
             {"no time", "GET", list + "from=yesterday", "", 422, "from must be a time"},
             {"before 1970", "GET", list + "to=1960-01-01T00:00:00Z", "", 422, "to must be a time"},
             {"backwards", "GET", list + "from=2026-11-22T12:00:00Z&to=2026-11-21T12:00:00Z", "", 422, "to must not"},
             {"no outcome", "GET", list + "outcome=good", "", 422, "outcome must be one of success, content_refused"},
             {"no status", "GET", list + "status=99", "", 422, "status must be a whole number from 100 to 599"},
             {"no account", "GET", list + "account_id=x", "", 422, "account_id must be"},
             {"no key", "GET", list + "api_key_id=-1", "", 422, "api_key_id must be"},
             {"no attempts", "GET", list + "min_attempts=many", "", 422, "min_attempts must be"},
             {"no end", "GET", list + "ended_from=later", "", 422, "ended_from must be a time"},
             {"no region", "GET", list + "region=mars", "", 422, "region must be one of us, hk, jp, sg, cn"},
             {"no id", "GET", list + "id=1", "", 422, "id must be one that a reply gave"},
             {"no cursor", "GET", list + "cursor=1", "", 422, "cursor must be one that a reply gave"},
             {"model with a control character", "GET", list + "model=%00", "", 422, "model must be text"},
             {"no size", "GET", list + "size=1001", "", 422, "size must be a whole number from 1 to 1000"},
             {"unknown", "GET", "/api/requests/019aab0000000123456789ab", "", 404, "unknown_request"},
             {"no id at all", "GET", "/api/requests/1", "", 404, "unknown_request"}}) {
        CAPTURE(scenario.name);
        const Reply answer = api.reply(request_routes(), ApiFixture::request(scenario.method, scenario.target));
        CHECK_MESSAGE(answer.status == scenario.status, answer.body);
        CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
    }
}

TEST_CASE("the log is the administrator's alone")
{
    Requests api;
    api.token = "guessed";
    CHECK(api.reply(request_routes(), ApiFixture::request("GET", "/api/requests")).status == 401);
    CHECK(api.reply(request_routes(), ApiFixture::request("GET", "/api/requests/1")).status == 401);
}
