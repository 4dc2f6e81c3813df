#include "core/base/time_ordered_id.hpp"

#include <set>

#include <doctest/doctest.h>

#include "moment.hpp"

using namespace dreamina;

TEST_CASE("an id tells when it was made")
{
    const Time time = parse_rfc3339("2026-11-22T12:00:00.123Z").value();
    CHECK(time_of_id(new_time_ordered_id(time)) == time);
    CHECK(time_of_id(first_id_of(time)) == time);
}

TEST_CASE("ids sort by the time they were made, and the first one of a time parts them")
{
    const std::string early = new_time_ordered_id(at("2026-11-22T10:00:00.000Z"));
    const std::string late = new_time_ordered_id(at("2026-11-22T10:00:00.001Z"));
    CHECK(early < late);
    CHECK(first_id_of(at("2026-11-22T10:00:00.000Z")) <= early);
    CHECK(early < first_id_of(at("2026-11-22T10:00:00.001Z")));
    CHECK(first_id_of(at("2026-11-22T10:00:00.001Z")) <= late);
    CHECK(first_id_of(Time{}) < early);
    CHECK(first_id_of(from_millis(-1)) == first_id_of(Time{}));
}

TEST_CASE("no two are the same, also of one millisecond")
{
    std::set<std::string> ids;
    for (int i = 0; i < 10'000; ++i) ids.insert(new_time_ordered_id(at("2026-11-22T10:00:00Z")));
    CHECK(ids.size() == 10'000);
    for (const std::string& id : ids) CHECK(is_time_ordered_id(id));
}

TEST_CASE("what is no such id")
{
    for (const char* text : {"", "0", "019aab0000000123456789a", "019AAB00000001234567890a",
                             "019aab0000000123456789abc", "019aab00000001234567890;"})
        CHECK_FALSE(is_time_ordered_id(text));
}
