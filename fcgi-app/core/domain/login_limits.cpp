#include "core/domain/login_limits.hpp"

#include <algorithm>

namespace dreamina {
namespace {

milliseconds delay_after(std::int64_t failures)
{
    milliseconds delay{0};
    for (std::int64_t over = failures - free_failures; over > 0 && delay < max_login_delay; --over)
        delay = std::min(std::max(delay * 2, first_login_delay), max_login_delay);
    return delay;
}

}  // namespace

std::int64_t failures_in_a_row(const LoginStreak& streak, Time now)
{
    return now - streak.last_failed_at > streak_memory ? 0 : streak.failures;
}

std::optional<Time> refused_until(const LoginStreak& streak, Time now)
{
    const milliseconds delay = delay_after(failures_in_a_row(streak, now));
    // A clock that was set back must not make a wait longer than it ever was.
    const Time from = std::min(streak.last_failed_at, now);
    return from + delay > now ? std::optional{from + delay} : std::nullopt;
}

std::optional<Time> flood_refused_until(Time spread_until, Time now)
{
    const Time from = spread_until - flood_burst * flood_interval;
    return from + flood_interval > now
               ? std::optional{std::min(from + flood_interval, now + flood_burst * flood_interval)}
               : std::nullopt;
}

Time flood_after_attempt(Time spread_until, Time now) { return std::max(spread_until, now) + flood_interval; }

}  // namespace dreamina
