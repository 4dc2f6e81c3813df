#include "core/domain/login_limits.hpp"

#include <doctest/doctest.h>

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time login_time = parse_rfc3339("2026-11-22T12:00:00Z").value();

milliseconds wait_after(std::int64_t failures)
{
    const auto until = refused_until({.failures = failures, .last_failed_at = login_time}, login_time);
    return until ? *until - login_time : 0ms;
}

}  // namespace

TEST_CASE("an address waits longer with each wrong password after the first five")
{
    for (const std::int64_t failures : {0, 1, 5}) CHECK(wait_after(failures) == 0ms);
    CHECK(wait_after(6) == 1s);
    CHECK(wait_after(7) == 2s);
    CHECK(wait_after(15) == 512s);
    CHECK(wait_after(16) == 15min);
    CHECK(wait_after(1'000'000'000'000) == 15min);
    CHECK_FALSE(refused_until({.failures = 7, .last_failed_at = login_time - 2s}, login_time));
    CHECK(refused_until({.failures = 7, .last_failed_at = login_time - 1999ms}, login_time) == login_time + 1ms);
}

TEST_CASE("a day's quiet makes good, and a clock that goes back locks no one out")
{
    const LoginStreak streak{.failures = 50, .last_failed_at = login_time};
    CHECK(failures_in_a_row(streak, login_time + 24h) == 50);
    CHECK(failures_in_a_row(streak, login_time + 24h + 1ms) == 0);
    CHECK(refused_until({.failures = 50, .last_failed_at = login_time + 24h * 365}, login_time) == login_time + 15min);
}

TEST_CASE("all together: a hundred at once, then one in six seconds")
{
    Time spread{};
    for (int i = 0; i < 100; ++i) {
        REQUIRE_FALSE(flood_refused_until(spread, login_time));
        spread = flood_after_attempt(spread, login_time);
    }
    CHECK(flood_refused_until(spread, login_time) == login_time + 6s);
    CHECK_FALSE(flood_refused_until(spread, login_time + 6s));
    int allowed = 0;
    for (Time later = login_time; later < login_time + 1h; later += 1s) {
        if (flood_refused_until(spread, later)) continue;
        spread = flood_after_attempt(spread, later);
        ++allowed;
    }
    CHECK(allowed == 599);
    CHECK_FALSE(flood_refused_until(spread, login_time + 2h));
    CHECK(*flood_refused_until(login_time + 24h * 365, login_time) <= login_time + 10min);
}
