#include "core/domain/time_axis.hpp"

#include <doctest/doctest.h>

#include "moment.hpp"
#include "core/storage/time_zone.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

TimeAxis axis(Step step, const char* from, const char* to)
{
    const auto found = TimeAxis::of(step, at(from), at(to), 1000);
    REQUIRE(found);
    return *found;
}

}  // namespace

TEST_CASE("hours: from the one that holds the beginning to the one that holds the last moment")
{
    const TimeAxis hours = axis(Step::hour, "2026-11-22T10:59:59Z", "2026-11-22T12:00:00.001Z");
    REQUIRE(hours.starts().size() == 3);
    CHECK(hours.begin() == at("2026-11-22T10:00:00Z"));
    CHECK(hours.end() == at("2026-11-22T13:00:00Z"));
    CHECK(hours.place_of(at("2026-11-22T11:59:59.999Z")) == 1);
    CHECK(hours.place_of(at("2026-11-22T12:00:00Z")) == 2);
    CHECK(axis(Step::hour, "2026-11-22T10:00:00Z", "2026-11-22T12:00:00Z").starts().size() == 2);
    CHECK(axis(Step::hour, "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z").starts().size() == 1);
}

TEST_CASE("days are the local ones, also when the clocks change")
{
    const TimeZone zone{"Europe/Berlin"};
    const TimeAxis days = axis(Step::day, "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z");
    REQUIRE(days.starts().size() == 3);
    CHECK(days.starts()[0] == at("2026-10-23T22:00:00Z"));
    CHECK(days.starts()[1] == at("2026-10-24T22:00:00Z"));
    CHECK(days.starts()[2] == at("2026-10-25T23:00:00Z"));  // a day of 25 hours before it
    CHECK(days.end() == at("2026-10-26T23:00:00Z"));
    CHECK(days.place_of(at("2026-10-25T22:00:00Z")) == 1);
}

TEST_CASE("more than may be is nothing")
{
    CHECK(TimeAxis::of(Step::hour, Time{}, Time{} + 3h, 3));
    CHECK_FALSE(TimeAxis::of(Step::hour, Time{}, Time{} + 3h + 1ms, 3));
}
