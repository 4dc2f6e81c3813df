#include "core/domain/daily_time.hpp"

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "moment.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// The process's time zone for one test.
class Zone {
public:
    explicit Zone(const char* name)
    {
        if (const char* before = std::getenv("TZ")) before_ = before;
        set(name);
    }
    ~Zone() { set(before_ ? before_->c_str() : nullptr); }
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;

private:
    static void set(const char* name)
    {
        name ? ::setenv("TZ", name, 1) : ::unsetenv("TZ");
        ::tzset();
    }
    std::optional<std::string> before_;
};

std::string latest(DailyTime daily, const char* now) { return to_rfc3339(latest_occurrence(daily, at(now))); }
std::string next(DailyTime daily, const char* now) { return to_rfc3339(next_occurrence(daily, at(now))); }

/// How often a run falls due from `from` to `to` if it is checked every `step`; the runs' moments.
std::vector<std::string> runs(DailyTime daily, const char* from, const char* to, milliseconds step)
{
    std::vector<std::string> moments;
    std::string last = local_date(latest_occurrence(daily, at(from)));
    for (Time now = at(from); now <= at(to); now += step) {
        if (!is_due(daily, last, now)) continue;
        moments.push_back(to_rfc3339(now));
        last = local_date(latest_occurrence(daily, now));
    }
    return moments;
}

using Moments = std::vector<std::string>;

}  // namespace

TEST_CASE("HH:MM, or H:MM for the same, and nothing else")
{
    CHECK((parse_daily_time("8:00") == DailyTime{8, 0}));
    CHECK((parse_daily_time("0:59") == DailyTime{0, 59}));
    CHECK(to_text({8, 5}) == "08:05");
    CHECK(parse_daily_time("00:00")->hour == 0);
    CHECK(parse_daily_time("23:59")->minute == 59);
    CHECK(parse_daily_time("09:30")->hour == 9);
    for (const char* bad :
         {"", "9:3", ":30", "9:300", "24:00", "12:60", "1230", "12:3", "12:30:00", " 12:30", "aa:bb", "-1:00", "12.30"})
        CHECK_FALSE(parse_daily_time(bad));
}

TEST_CASE("on an ordinary day")
{
    const Zone zone{"Asia/Shanghai"};  // UTC+8, no change of clocks
    CHECK(latest({0, 0}, "2026-03-05T15:59:59.999Z") == "2026-03-04T16:00:00.000Z");
    CHECK(latest({0, 0}, "2026-03-05T16:00:00Z") == "2026-03-05T16:00:00.000Z");
    CHECK(next({0, 0}, "2026-03-05T16:00:00Z") == "2026-03-06T16:00:00.000Z");
    CHECK(next({0, 0}, "2026-03-05T15:59:59.999Z") == "2026-03-05T16:00:00.000Z");
    CHECK(local_date(at("2026-03-05T15:59:59.999Z")) == "2026-03-05");
    CHECK(local_date(at("2026-03-05T16:00:00Z")) == "2026-03-06");
}

TEST_CASE("on leap day and at the turn of the year")
{
    const Zone zone{"UTC"};
    CHECK(latest({6, 0}, "2028-02-29T05:00:00Z") == "2028-02-28T06:00:00.000Z");
    CHECK(next({6, 0}, "2028-02-28T07:00:00Z") == "2028-02-29T06:00:00.000Z");
    CHECK(next({6, 0}, "2028-02-29T07:00:00Z") == "2028-03-01T06:00:00.000Z");
    CHECK(local_date(at("2028-02-29T12:00:00Z")) == "2028-02-29");
    CHECK(next({0, 0}, "2026-12-31T00:00:01Z") == "2027-01-01T00:00:00.000Z");
}

TEST_CASE("a time that is skipped happens at the change")
{
    SUBCASE("Berlin, 2026-03-29 02:00 becomes 03:00")
    {
        const Zone zone{"Europe/Berlin"};
        CHECK(latest({2, 30}, "2026-03-29T12:00:00Z") == "2026-03-29T01:00:00.000Z");
        CHECK(next({2, 30}, "2026-03-28T12:00:00Z") == "2026-03-29T01:00:00.000Z");
        CHECK(latest({1, 59}, "2026-03-29T12:00:00Z") == "2026-03-29T00:59:00.000Z");
        CHECK(latest({3, 0}, "2026-03-29T12:00:00Z") == "2026-03-29T01:00:00.000Z");
        CHECK(latest({0, 0}, "2026-03-29T12:00:00Z") == "2026-03-28T23:00:00.000Z");
        CHECK(next({0, 0}, "2026-03-29T12:00:00Z") == "2026-03-29T22:00:00.000Z");
    }
    SUBCASE("New York, 2026-03-08 02:00 becomes 03:00")
    {
        const Zone zone{"America/New_York"};
        CHECK(latest({2, 15}, "2026-03-08T20:00:00Z") == "2026-03-08T07:00:00.000Z");
        CHECK(latest({3, 15}, "2026-03-08T20:00:00Z") == "2026-03-08T07:15:00.000Z");
    }
    SUBCASE("Lord Howe, 2026-10-04 02:00 becomes 02:30")
    {
        const Zone zone{"Australia/Lord_Howe"};
        CHECK(latest({2, 10}, "2026-10-04T00:00:00Z") == "2026-10-03T15:30:00.000Z");
        CHECK(latest({2, 30}, "2026-10-04T00:00:00Z") == "2026-10-03T15:30:00.000Z");
        CHECK(latest({2, 40}, "2026-10-04T00:00:00Z") == "2026-10-03T15:40:00.000Z");
    }
    SUBCASE("Cairo, where midnight itself is skipped: 2026-04-24 00:00 becomes 01:00")
    {
        const Zone zone{"Africa/Cairo"};
        CHECK(latest({0, 0}, "2026-04-24T12:00:00Z") == "2026-04-23T22:00:00.000Z");
        CHECK(local_date(at("2026-04-23T22:00:00Z")) == "2026-04-24");
    }
}

TEST_CASE("a time that comes twice happens the first time only")
{
    SUBCASE("Berlin, 2026-10-25 03:00 becomes 02:00")
    {
        const Zone zone{"Europe/Berlin"};
        CHECK(latest({2, 30}, "2026-10-25T12:00:00Z") == "2026-10-25T00:30:00.000Z");
        CHECK(next({2, 30}, "2026-10-25T00:30:00Z") == "2026-10-26T01:30:00.000Z");
        CHECK(latest({3, 0}, "2026-10-25T12:00:00Z") == "2026-10-25T02:00:00.000Z");
    }
    SUBCASE("New York, 2026-11-01 02:00 becomes 01:00")
    {
        const Zone zone{"America/New_York"};
        CHECK(latest({1, 30}, "2026-11-01T12:00:00Z") == "2026-11-01T05:30:00.000Z");
        CHECK(next({1, 30}, "2026-11-01T06:00:00Z") == "2026-11-02T06:30:00.000Z");
    }
    SUBCASE("Lord Howe, 2026-04-05 02:00 becomes 01:30")
    {
        const Zone zone{"Australia/Lord_Howe"};
        CHECK(latest({1, 45}, "2026-04-05T00:00:00Z") == "2026-04-04T14:45:00.000Z");
    }
    SUBCASE("Havana, where the clock goes back across midnight's hour: 2026-11-01 01:00 becomes 00:00")
    {
        const Zone zone{"America/Havana"};
        CHECK(latest({0, 0}, "2026-11-01T05:30:00Z") == "2026-11-01T04:00:00.000Z");
    }
    SUBCASE("St. John's in 2006: at 00:01 the clock went back to 23:01 of the day before")
    {
        const Zone zone{"America/St_Johns"};
        CHECK(local_date(at("2006-10-29T02:40:00Z")) == "2006-10-28");
        CHECK(latest({0, 0}, "2006-10-29T02:40:00Z") == "2006-10-29T02:30:00.000Z");
        CHECK(runs({0, 0}, "2006-10-28T12:00:00Z", "2006-10-29T20:00:00Z", 30s) == Moments{"2006-10-29T02:30:00.000Z"});
    }
}

TEST_CASE("a run falls due once a day, also around the changes of clocks")
{
    for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Nuuk",
                             "America/Havana", "Asia/Shanghai"}) {
        CAPTURE(name);
        const Zone zone{name};
        for (const DailyTime daily : {DailyTime{0, 0}, DailyTime{1, 45}, DailyTime{2, 30}, DailyTime{23, 30}}) {
            CAPTURE(daily.hour);
            CHECK(runs(daily, "2026-01-01T12:00:00Z", "2027-01-01T12:00:00Z", 30min).size() == 365);
        }
    }
}

TEST_CASE("a machine that slept for ten days catches up once")
{
    const Zone zone{"Europe/Berlin"};
    const DailyTime daily{4, 0};
    const Time woke = at("2026-11-20T12:00:00Z");
    CHECK(is_due(daily, "2026-11-10", woke));
    const std::string ran = local_date(latest_occurrence(daily, woke));
    CHECK(ran == "2026-11-20");
    CHECK_FALSE(is_due(daily, ran, woke));
    CHECK_FALSE(is_due(daily, ran, at("2026-11-21T02:59:59Z")));
    CHECK(is_due(daily, ran, at("2026-11-21T03:00:00Z")));
}

TEST_CASE("woken before today's time, yesterday's run is what is caught up, and today's still comes")
{
    const Zone zone{"UTC"};
    const DailyTime daily{4, 0};
    CHECK(is_due(daily, "2026-11-10", at("2026-11-20T03:00:00Z")));
    CHECK_FALSE(is_due(daily, "2026-11-19", at("2026-11-20T03:00:00Z")));
    CHECK(is_due(daily, "2026-11-19", at("2026-11-20T04:00:00Z")));
}

TEST_CASE("moving the time on a day that has had its run does not run it twice")
{
    const Zone zone{"UTC"};
    const Time noon = at("2026-11-20T12:00:00Z");
    CHECK_FALSE(is_due({0, 0}, "2026-11-20", noon));
    CHECK_FALSE(is_due({11, 0}, "2026-11-20", noon));  // to an earlier hour of today
    CHECK_FALSE(is_due({15, 0}, "2026-11-20", noon));  // to a later one
    CHECK_FALSE(is_due({15, 0}, "2026-11-20", at("2026-11-20T15:00:00Z")));
    CHECK(is_due({15, 0}, "2026-11-20", at("2026-11-21T15:00:00Z")));
    CHECK(is_due({11, 0}, "2026-11-19", noon));  // today's has not been yet
}

TEST_CASE("never run is due; a run dated far ahead by a wrong clock does not block the days until then")
{
    const Zone zone{"UTC"};
    CHECK(is_due({0, 0}, "", at("2026-11-20T12:00:00Z")));
    CHECK(is_due({0, 0}, "2099-01-01", at("2026-11-20T12:00:00Z")));
    CHECK_FALSE(is_due({0, 0}, "2026-11-21", at("2026-11-20T12:00:00Z")));  // the machine moved to another zone
}

TEST_CASE("dates are counted backwards over months and years")
{
    CHECK(days_before("2026-11-22", 0) == "2026-11-22");
    CHECK(days_before("2027-01-02", 3) == "2026-12-30");
    CHECK(days_before("2028-03-01", 1) == "2028-02-29");
}
