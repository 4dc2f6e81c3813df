#include "api/accounts/account_usage.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/api_fixture.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/time_zone.hpp"
#include "core/storage/accounts/usage_history.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Usage : ApiFixture {
    const TimeZone zone{"UTC"};
    AccountId id = accounts().add({.email = "a@x.org", .password = "p"}, now);

    void count(std::int64_t calls)
    {
        database().run("INSERT INTO account_usage VALUES (?, 'jimeng-4.0', ?)", id, calls);
    }
    void booked(std::string_view day) { ScheduleStore{database()}.set_last_day(reset_counts_job, day); }
    Json ask(const std::string& rest, int status = 200)
    {
        const Reply answer = reply(account_usage_routes(), request("GET", "/api/accounts/" + rest));
        CHECK_MESSAGE(answer.status == status, answer.body);
        return Json::parse(answer.body);
    }
    Json days(int count) { return ask(fmt::format("{}/usage?days={}", id, count))["days"]; }
};

Json day(const char* date, const Json& usage = Json::object()) { return {{"day", date}, {"usage", usage}}; }

}  // namespace

TEST_CASE("every day of the range, the newest last, today as it is counted now")
{
    Usage api;
    api.booked("2026-11-20");
    api.count(5);
    UsageHistory{api.database()}.keep_day("2026-11-20");
    api.database().run("UPDATE account_usage SET calls = 7");
    api.booked("2026-11-22");
    CHECK(api.days(4) == Json{day("2026-11-19"), day("2026-11-20", {{"jimeng-4.0", 5}}), day("2026-11-21"),
                              day("2026-11-22", {{"jimeng-4.0", 7}})});
    CHECK(api.ask(fmt::format("{}/usage", api.id))["days"].size() == 30);
    CHECK(api.days(366).size() == 366);
    for (const char* days : {"0", "367", "x"})
        CHECK(api.ask(fmt::format("{}/usage?days={}", api.id, days), 422)["code"] == "invalid_parameter");
    CHECK(api.ask("77/usage", 404)["code"] == "unknown_account");
}

TEST_CASE("a day begins at the reset; one that is late still counts for the day before")
{
    Usage api;
    api.count(3);
    CHECK(api.days(1) == Json::array({day("2026-11-22", {{"jimeng-4.0", 3}})}));  // no reset has ever been
    api.booked("2026-11-21");
    CHECK(api.days(2) == Json{day("2026-11-21", {{"jimeng-4.0", 3}}), day("2026-11-22")});
    REQUIRE(api.settings_file().change({{"RESET_COUNTS_TIME", std::string{"18:00"}}}));
    CHECK(api.days(1) == Json::array({day("2026-11-21", {{"jimeng-4.0", 3}})}));
    api.booked("2026-11-22");  // it has been moved since
    CHECK(api.days(2) == Json{day("2026-11-21"), day("2026-11-22", {{"jimeng-4.0", 3}})});
}
