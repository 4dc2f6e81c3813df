#include "core/base/clock.hpp"

#include <ostream>
#include <string>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

std::string again(const char* text)
{
    const auto time = parse_rfc3339(text);
    return time ? to_rfc3339(*time) : "";
}

}  // namespace

TEST_CASE("a time is written in UTC with milliseconds, and read back as it was")
{
    CHECK(to_rfc3339(from_millis(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(to_rfc3339(from_millis(-1)) == "1969-12-31T23:59:59.999Z");
    for (const std::int64_t millis :
         {0LL, 1LL, -1LL, 1'795'346'914'461LL, 951'782'400'000LL, -62'135'596'800'000LL, 253'402'300'799'999LL})
        CHECK(to_millis(parse_rfc3339(to_rfc3339(from_millis(millis))).value()) == millis);
}

TEST_CASE("the system's time is of this age")
{
    CHECK(system_now() > parse_rfc3339("2024-01-01T00:00:00Z"));
    CHECK(system_now() < parse_rfc3339("2100-01-01T00:00:00Z"));
}

TEST_CASE("zones and fractions are read")
{
    CHECK(again("2026-11-22T11:28:34Z") == "2026-11-22T11:28:34.000Z");
    CHECK(again("2026-11-22t11:28:34z") == "2026-11-22T11:28:34.000Z");
    CHECK(again("2026-11-22 11:28:34") == "2026-11-22T11:28:34.000Z");
    CHECK(again("2026-11-22T11:28:34.461805") == "2026-11-22T11:28:34.461Z");
    CHECK(again("2026-11-22T11:28:34.4Z") == "2026-11-22T11:28:34.400Z");
    CHECK(again("2026-11-22T11:28:34+08:00") == "2026-11-22T03:28:34.000Z");
    CHECK(again("2026-11-22T11:28:34-00:30") == "2026-11-22T11:58:34.000Z");
    CHECK(again("2026-12-31T23:30:00-01:00") == "2027-01-01T00:30:00.000Z");
    CHECK(again("2028-02-29T00:00:00Z") == "2028-02-29T00:00:00.000Z");
    CHECK(again("2026-06-30T23:59:60Z") == "2026-07-01T00:00:00.000Z");
}

TEST_CASE("what is no time is refused")
{
    for (const char* bad : {"",
                            "now",
                            "2026",
                            "2026-11-22",
                            "2026-11-22T11:28",
                            "2026-11-22T11:28:3",
                            "2026-13-01T00:00:00Z",
                            "2026-02-29T00:00:00Z",
                            "2026-11-00T00:00:00Z",
                            "2026-11-22T24:00:00Z",
                            "2026-11-22T11:60:00Z",
                            "2026-11-22T11:28:61Z",
                            "2026-11-22T11:28:34Zx",
                            "2026-11-22T11:28:34+0800",
                            "2026-11-22T11:28:34+24:00",
                            "2026-11-22T11:28:34+08:60",
                            "2026-11-22T11:28:34+",
                            " 2026-11-22T11:28:34Z",
                            "2026-11-22T11:28:34Z ",
                            "+026-11-22T11:28:34Z",
                            "2026-11-22X11:28:34Z",
                            "99999-11-22T11:28:34Z"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_rfc3339(bad));
    }
}
