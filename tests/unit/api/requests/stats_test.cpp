#include "api/requests/stats.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/base/time_ordered_id.hpp"
#include "core/storage/log/request_store.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Stats : ApiFixture {
    AccountId account = accounts().add({.email = "a@x.org", .password = "p", .region = Region::hk}, now);

    void add(Time began, const std::string& model = "jimeng-4.0", RequestOutcome outcome = RequestOutcome::success,
             std::optional<std::int64_t> key = std::nullopt)
    {
        GatheredSums sums;
        sums.add(RequestRecord{
            .facts = {.id = "1", .began_at = began, .api_key = key, .bytes_in = 10},
            .model = model,
            .end = {.outcome = outcome, .bytes_out = 100, .took = 50ms, .upstream_took = 40ms, .attempts = 1},
            .last_attempt = AttemptRecord{.account = account, .region = Region::hk}});
        sums.add(AttemptRecord{.account = account, .region = Region::hk, .began_at = began, .took = 40ms});
        StatisticsStore{database()}.add(sums);
    }
    Json get(const std::string& query)
    {
        const Reply answer = reply(stats_routes(), request("GET", "/api/stats?" + query));
        CHECK_MESSAGE(answer.status == 200, answer.body);
        return Json::parse(answer.body);
    }
};

}  // namespace

TEST_CASE("a month by day, with zeros where nothing came, and the totals beside it")
{
    Stats api;
    api.add(api.now);
    api.add(api.now - 1h);
    api.add(api.now - 24h * 3);
    api.add(api.now - 24h * 40);
    const Json stats = api.get("");
    CHECK(stats["by"] == "day");
    CHECK(stats["time_zone"] == "local");
    REQUIRE(stats["starts"].size() == 30);
    CHECK(stats["days"].size() == 30);
    CHECK(stats["totals"] == Json{{"requests", 3},
                                  {"attempts", 3},
                                  {"bytes_in", 30},
                                  {"bytes_out", 300},
                                  {"duration_ms", 150},
                                  {"upstream_ms", 120}});
    REQUIRE(stats["series"].size() == 1);
    const Json& requests = stats["series"][0]["requests"];
    CHECK(requests[29] == 2);
    CHECK(requests[28] == 0);
    CHECK(requests[26] == 1);
    CHECK(stats["series"][0]["bytes_out"][29] == 200);
}

TEST_CASE("by hour, told apart by model and outcome, the largest first")
{
    Stats api;
    api.add(api.now);
    api.add(api.now, "video-3.0");
    api.add(api.now - 2h, "video-3.0");
    api.add(api.now, "video-3.0", RequestOutcome::busy, 7);
    const Json stats = api.get("by=hour&group=model,outcome&from=2026-11-22T10:00:00Z&to=2026-11-22T13:00:00Z");
    CHECK(stats["starts"] ==
          Json::array({"2026-11-22T10:00:00.000Z", "2026-11-22T11:00:00.000Z", "2026-11-22T12:00:00.000Z"}));
    CHECK(stats["group"] == Json::array({"model", "outcome"}));
    CHECK(stats["series_total"] == 3);
    REQUIRE(stats["series"].size() == 3);
    const Json& first = stats["series"][0];
    CHECK(first["model"] == "video-3.0");
    CHECK(first["outcome"] == "success");
    CHECK(first["requests"] == Json::array({1, 0, 1}));
    CHECK(first["totals"]["requests"] == 2);

    const Json by_key = api.get("by=hour&group=key,region");
    REQUIRE(by_key["series"].size() == 2);
    CHECK(by_key["series"][0]["api_key_id"] == nullptr);
    CHECK(by_key["series"][1]["api_key_id"] == 7);
    CHECK(by_key["series"][1]["region"] == "hk");
    CHECK(api.get("outcome=busy")["totals"]["requests"] == 1);
    CHECK(api.get("api_key_id=7&model=video-3.0&region=hk")["totals"]["requests"] == 1);
    CHECK(api.get("group=model&size=1")["series"].size() == 1);
    CHECK(api.get("group=model&size=1")["totals"]["requests"] == 4);
}

TEST_CASE("accounts: their attempts")
{
    Stats api;
    api.add(api.now);
    const Json stats = api.get("group=account,verdict");
    CHECK(stats["totals"] == Json{{"attempts", 1}, {"upstream_ms", 40}});
    REQUIRE(stats["series"].size() == 1);
    CHECK(stats["series"][0]["account_id"] == api.account);
    CHECK(stats["series"][0]["email"] == "a@x.org");
    CHECK(stats["series"][0]["verdict"] == "success");
    CHECK(stats["series"][0]["attempts"][29] == 1);
    CHECK(api.get("account_id=" + std::to_string(api.account))["totals"]["attempts"] == 1);
    CHECK(api.get("account_id=4711")["totals"]["attempts"] == 0);
    CHECK(api.get("verdict=interrupted&group=verdict")["series"].empty());
}

TEST_CASE("days stay when their hours have become part of them")
{
    Stats api;
    const std::string range = "from=2026-09-01T12:00:00Z&to=2026-11-22T12:00:00Z&group=model";
    for (int day = 1; day < 80; ++day) {
        api.add(api.now - 24h * day);
        api.add(api.now - 24h * day + 1h);
    }
    const Json before = api.get(range);
    CHECK(before["totals"]["requests"] == 158);
    CHECK(StatisticsStore{api.database()}.roll_up(api.now, {}) > 0);
    CHECK(api.get(range) == before);
    CHECK(api.get("from=2026-09-01T12:00:00Z&to=2026-11-22T12:00:00Z&group=account")["totals"]["attempts"] == 158);
}

TEST_CASE("what is wrong with the question")
{
    Stats api;
    const std::string path = "/api/stats?";
    for (const Scenario& scenario : std::vector<Scenario>{
             {"no step", "GET", path + "by=second", "", 422, "by must be one of minute, hour, day"},
             {"no group", "GET", path + "group=model,prompt", "", 422, "group must be some of model, outcome"},
             {"accounts have no model", "GET", path + "group=account,model", "", 422, "cannot be combined"},
             {"nor a filter for it", "GET", path + "account_id=1&model=x", "", 422, "cannot be combined"},
             {"no time", "GET", path + "from=x", "", 422, "from must be a time"},
             {"backwards", "GET", path + "from=2026-11-22T12:00:00Z&to=2026-11-21T12:00:00Z", "", 422, "to must not"},
             {"from behind the usual end", "GET", path + "from=2027-11-22T12:00:00Z", "", 422, "to must not"},
             {"hours of long ago", "GET", path + "by=hour&from=2026-10-01T00:00:00Z", "", 422, "for 14 days"},
             {"accounts by the hour of long ago", "GET", path + "by=hour&group=account&from=2026-11-01T00:00:00Z", "",
              422, "for 8 days"},
             {"too much", "GET", path + "from=1970-01-01T00:00:00Z", "", 422, "at most 3653"},
             {"too many", "GET", path + "group=account&size=1000&from=2026-01-01T00:00:00Z", "", 422, "100000 points"},
             {"no size", "GET", path + "size=0", "", 422, "size must be"},
             {"no region", "GET", path + "region=mars", "", 422, "region must be one of"},
             {"no verdict", "GET", path + "verdict=good", "", 422, "verdict must be one of success"}}) {
        CAPTURE(scenario.name);
        const Reply answer = api.reply(stats_routes(), ApiFixture::request(scenario.method, scenario.target));
        CHECK_MESSAGE(answer.status == scenario.status, answer.body);
        CHECK_MESSAGE(answer.body.find(scenario.body_part) != std::string::npos, answer.body);
    }
    api.token = "guessed";
    CHECK(api.reply(stats_routes(), ApiFixture::request("GET", "/api/stats")).status == 401);
}

TEST_CASE("the last hour by minute, out of the log; attempts are not summed so finely")
{
    Stats api;
    const auto log = [&](Time began, RequestOutcome outcome) {
        Transaction transaction{api.database()};
        const RequestRecord record{.facts = {.id = new_time_ordered_id(began), .began_at = began, .bytes_in = 10},
                                   .model = "jimeng-4.0",
                                   .end = {.outcome = outcome, .bytes_out = 100, .took = 50ms, .attempts = 1}};
        RequestStore{api.database()}.add({&record, 1});
        transaction.commit();
    };
    log(api.now, RequestOutcome::success);
    log(api.now - 90s, RequestOutcome::success);
    log(api.now - 90s, RequestOutcome::upstream_failed);
    log(api.now - 2h, RequestOutcome::success);
    const Json stats = api.get("by=minute&group=outcome");
    CHECK(stats["by"] == "minute");
    CHECK(stats["time_zone"] == "UTC");
    REQUIRE(stats["starts"].size() == 60);
    CHECK(stats["totals"]["requests"] == 3);
    CHECK(stats["series"][0]["outcome"] == "success");
    CHECK(stats["series"][0]["requests"][59] == 1);
    CHECK(stats["series"][0]["requests"][57] == 1);
    CHECK(stats["series"][1]["requests"][57] == 1);

    for (const char* query : {"by=minute&group=account", "by=minute&from=2026-11-21T00:00:00Z", "by=second"})
        CHECK(api.reply(stats_routes(), ApiFixture::request("GET", std::string{"/api/stats?"} + query)).status == 422);
}
