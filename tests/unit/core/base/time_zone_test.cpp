#include "core/base/time_zone.hpp"

#include <doctest/doctest.h>

#include "moment.hpp"
#include "core/storage/time_zone.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("a zone exists by its file, or as a rule")
{
    for (const char* zone : {"Asia/Shanghai", ":Asia/Shanghai", "UTC", "GMT", "", "Etc/UTC", "Europe/Berlin", "CST-8",
                             "<+08>-8", "EST5EDT", "EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0/2,M10.5.0/3",
                             "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "UTC0", "/usr/share/zoneinfo/Asia/Tokyo"}) {
        CAPTURE(zone);
        CHECK(time_zone_exists(zone));
    }
    for (const char* zone : {"Asia/Shangai", "Asia", "CST", "+08:00", "UTC+", "8", "../zoneinfo", "/etc/passwd",
                             "Beijing", "\"Asia/Shanghai\"", "<+08>", "/usr/share/zoneinfo"}) {
        CAPTURE(zone);
        CHECK_FALSE(time_zone_exists(zone));
    }
}

TEST_CASE("the zone in force, with its offset of the day")
{
    {
        const TimeZone zone{"Europe/Berlin"};
        const LocalZone winter = local_zone(at("2026-01-01T00:00:00Z"));
        CHECK(winter.name == "Europe/Berlin");
        CHECK(winter.exists);
        CHECK(winter.offset == 1h);
        CHECK(local_zone(at("2026-07-01T00:00:00Z")).offset == 2h);
    }
    {
        const TimeZone zone{"Asia/Shangai"};
        const LocalZone wrong = local_zone(at("2026-01-01T00:00:00Z"));
        CHECK(wrong.name == "Asia/Shangai");
        CHECK_FALSE(wrong.exists);
        CHECK(wrong.offset == 0h);
    }
    {
        const TimeZone zone{nullptr};
        const LocalZone machine = local_zone(at("2026-01-01T00:00:00Z"));
        CHECK(machine.exists);
        CHECK_FALSE(machine.name.empty());
    }
    const TimeZone zone{""};
    CHECK(local_zone(at("2026-01-01T00:00:00Z")).name == "UTC");
}

TEST_CASE("offsets as people write them")
{
    CHECK(offset_text(8h) == "+08:00");
    CHECK(offset_text(0s) == "+00:00");
    CHECK(offset_text(-(3h + 30min)) == "-03:30");
    CHECK(offset_text(10h + 30min) == "+10:30");
}

TEST_CASE("quotes around TZ are taken off at the start")
{
    const TimeZone zone{"'CST-8'"};
    settle_time_zone();
    CHECK(local_zone(at("2026-01-01T00:00:00Z")).name == "CST-8");
    CHECK(local_zone(at("2026-01-01T00:00:00Z")).offset == 8h);
}
