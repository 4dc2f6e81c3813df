#include "api/system/overview.hpp"

#include <doctest/doctest.h>

#include "api/api_fixture.hpp"
#include "core/storage/stores/job_store.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/counted_calls.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Overview : ApiFixture {
    using ApiFixture::ApiFixture;

    AccountId add(const std::string& email, Region region = Region::us, double points = 100)
    {
        return accounts().add(
            {.email = email, .password = "p", .region = region, .session_id = std::string(32, 'a'), .points = points},
            now);
    }
    Json show()
    {
        const Reply answer = reply(overview_routes(), request("GET", "/api/overview"));
        CHECK_MESSAGE(answer.status == 200, answer.body);
        return Json::parse(answer.body);
    }
    Json model(const std::string& id)
    {
        const Json shown = show();
        for (const Json& each : shown["models"])
            if (each["id"] == id) return each;
        FAIL("no such model: " << id);
        return {};
    }
};

}  // namespace

TEST_CASE("an empty pool is all zeros, with every status and the first steps")
{
    Overview api;
    const Json shown = api.show();
    CHECK(shown["accounts"]["total"] == 0);
    for (const AccountStatus status : all_statuses)
        CHECK(shown["accounts"]["by_status"][std::string{to_string(status)}] == 0);
    CHECK(shown["points"] == 0.0);
    CHECK(parse_rfc3339(shown["day_began_at"].get<std::string>()).value() <= api.now);
    CHECK(shown["upstream"]["state"] == "closed");
    CHECK(shown["jobs"] == Json{{"queued", 0}, {"running", 0}, {"items", Json::array()}});
    CHECK(shown["schedule"] == Json::array());
    CHECK(shown["first_steps"] == Json{{"password_is_default", true},
                                       {"has_accounts", false},
                                       {"has_keys", false},
                                       {"register_service_configured", false},
                                       {"has_requests", false}});
}

TEST_CASE("each account is counted once, under its status; those switched off bring neither points nor calls")
{
    Overview api;
    api.add("active");
    api.add("poor", Region::us, 0);
    api.accounts().ban(api.add("banned"), std::nullopt, external_text("tired"), api.now);
    api.accounts().set_disabled(api.add("off"), true, api.now);
    const Json shown = api.show();
    CHECK(shown["accounts"]["total"] == 4);
    const Json& by_status = shown["accounts"]["by_status"];
    for (const char* status : {"active", "banned", "disabled", "no_points"}) CHECK(by_status[status] == 1);
    CHECK(shown["points"] == 200.0);
    CHECK(api.model("jimeng-4.0")["capacity"] == 3 * 60);
    CHECK(api.model("jimeng-4.0")["usable"] == 1);
    CHECK(api.model("jimeng-4.0")["remaining"] == 60);
    CHECK(api.model("nanobanana")["usable"] == 2);
}

TEST_CASE("a model's calls count against those who could serve it; without a limit there is no number")
{
    Overview api{{{"LIMIT_JIMENG_4_0", "10"}}};
    const AccountId account = api.add("a", Region::cn);
    {
        Transaction transaction{api.database()};
        for (int i = 0; i < 4; ++i) count_call(api.database(), account, "jimeng-4.0", 10);
        transaction.commit();
    }
    CHECK(api.model("jimeng-4.0")["used_today"] == 4);
    CHECK(api.model("jimeng-4.0")["remaining"] == 6);
    CHECK(api.model("nanobanana")["capacity"] == 0);  // not offered in cn
    const Json unlimited = api.model("jimeng-3.0");
    CHECK(unlimited["daily_limit"] == nullptr);
    CHECK(unlimited["capacity"] == nullptr);
    CHECK(unlimited["remaining"] == nullptr);
}

TEST_CASE("jobs that run or wait, and the next of the schedule, the soonest first")
{
    Overview api;
    for (int i = 0; i < 7; ++i) JobStore{api.database()}.queue_registration(1, "admin", api.now);
    ScheduleStore schedule{api.database()};
    schedule.publish(0, {.name = "later", .when = external_text("daily at 00:00"), .next_run_at = api.now + 2h});
    schedule.publish(1, {.name = "sooner", .when = external_text("every hour"), .next_run_at = api.now + 1h});
    schedule.publish(
        2, {.name = "off", .when = external_text("every hour"), .waits_for = external_text("it is switched off")});
    schedule.publish(3, {.name = "all the time", .when = external_text("every second")});
    schedule.begin("all the time", api.now);
    schedule.end("all the time", {.started = api.now, .ended = api.now, .summary = {}}, api.now + 1s);
    const Json shown = api.show();
    CHECK(shown["jobs"]["queued"] == 7);
    CHECK(shown["jobs"]["items"].size() == 5);
    REQUIRE(shown["schedule"].size() == 2);
    CHECK(shown["schedule"][0]["name"] == "sooner");
    CHECK(shown["schedule"][1]["name"] == "later");
}
