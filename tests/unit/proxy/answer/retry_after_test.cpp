#include "proxy/answer/retry_after.hpp"

#include <doctest/doctest.h>

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time asked_at = parse_rfc3339("2026-11-22T12:00:00Z").value();

std::optional<milliseconds> wait_told(const std::string& value)
{
    return retry_after({{"retry-after", value}}, asked_at);
}

}  // namespace

TEST_CASE("seconds or a date, from now")
{
    CHECK(wait_told("120") == 120s);
    CHECK(wait_told(" 0 ") == 0s);
    CHECK(wait_told("Sun, 22 Nov 2026 12:01:30 GMT") == 90s);
    CHECK(wait_told("Sun, 22 Nov 2026 11:00:00 GMT") == 0s);
    CHECK(wait_told("99999999999") == 366 * 24h);
    CHECK(wait_told("Fri, 22 Nov 2999 11:00:00 GMT") == 366 * 24h);
}

TEST_CASE("what says nothing")
{
    for (const char* value : {"", "soon", "-5", "1.5", "12 s", "2026-11-22T12:00:00Z", "99999999999999999999999"}) {
        CAPTURE(value);
        CHECK_FALSE(wait_told(value));
    }
    CHECK_FALSE(retry_after({}, asked_at));
}
