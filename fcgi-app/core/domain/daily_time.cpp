#include "core/domain/daily_time.hpp"

#include <ctime>

#include <algorithm>

#include <fmt/format.h>

namespace dreamina {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

std::tm local_clock(sys_seconds moment)
{
    const std::time_t since_epoch = moment.time_since_epoch().count();
    std::tm clock{};
    ::localtime_r(&since_epoch, &clock);
    return clock;
}

seconds utc_offset(sys_seconds moment) { return seconds{local_clock(moment).tm_gmtoff}; }

sys_seconds to_seconds(Time time) { return std::chrono::floor<seconds>(time); }

/// The local date, counted as days since 1970-01-01.
sys_days local_day(sys_seconds moment) { return std::chrono::floor<days>(moment + utc_offset(moment)); }

/// The first second after `before` that has another offset than it; there is exactly one change up to `after`.
sys_seconds clock_change(sys_seconds before, sys_seconds after)
{
    const seconds old_offset = utc_offset(before);
    while (after - before > seconds{1}) {
        const sys_seconds middle = before + (after - before) / 2;
        (utc_offset(middle) == old_offset ? before : after) = middle;
    }
    return after;
}

/// The moment at which the local clock first comes to `at` on `day`. Not by mktime: what it makes of a time that is
/// skipped or comes twice is not specified.
sys_seconds occurrence_on(sys_days day, DailyTime at)
{
    const sys_seconds clock_face = day + hours{at.hour} + std::chrono::minutes{at.minute};
    const seconds offset_before = utc_offset(clock_face - days{1});
    const seconds offset_after = utc_offset(clock_face + days{1});
    const sys_seconds by_old_offset = clock_face - offset_before;
    if (utc_offset(by_old_offset) == offset_before) return by_old_offset;
    const sys_seconds by_new_offset = clock_face - offset_after;
    if (utc_offset(by_new_offset) == offset_after) return by_new_offset;
    // Skipped. Where the change leads into the next date, the moment before it: it must keep the name of its own day.
    const sys_seconds change = clock_change(by_new_offset, by_old_offset);
    return local_day(change) == day ? change : change - seconds{1};
}

std::string date_text(sys_days day)
{
    const year_month_day date{day};
    return fmt::format("{:04d}-{:02d}-{:02d}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

}  // namespace

std::optional<DailyTime> parse_daily_time(std::string_view text)
{
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const std::string padded = text.size() == 4 ? "0" + std::string{text} : std::string{text};
    if (padded.size() != 5 || padded[2] != ':') return std::nullopt;
    for (const std::size_t i : {0U, 1U, 3U, 4U})
        if (!is_digit(padded[i])) return std::nullopt;
    const DailyTime time{(padded[0] - '0') * 10 + (padded[1] - '0'), (padded[3] - '0') * 10 + (padded[4] - '0')};
    if (time.hour > 23 || time.minute > 59) return std::nullopt;
    return time;
}

std::string to_text(DailyTime time) { return fmt::format("{:02d}:{:02d}", time.hour, time.minute); }

Time latest_occurrence(DailyTime at, Time now)
{
    // Tomorrow too: clocks set back across midnight return to a date whose successor has begun already.
    const sys_days today = local_day(to_seconds(now));
    sys_days day = today + days{1};
    while (occurrence_on(day, at) > now) day -= days{1};
    return occurrence_on(day, at);
}

Time next_occurrence(DailyTime at, Time now)
{
    const sys_days today = local_day(to_seconds(now));
    sys_days day = today - days{1};
    while (occurrence_on(day, at) <= now) day += days{1};
    return occurrence_on(day, at);
}

std::string local_date(Time time) { return date_text(local_day(to_seconds(time))); }

std::string days_before(const std::string& date, int count)
{
    const auto part = [&](std::size_t at, std::size_t size) { return std::stoi(date.substr(at, size)); };
    const year_month_day known{std::chrono::year{part(0, 4)}, std::chrono::month{static_cast<unsigned>(part(5, 2))},
                               std::chrono::day{static_cast<unsigned>(part(8, 2))}};
    return date_text(sys_days{known} - days{count});
}

bool is_due(DailyTime at, std::string_view last_run_date, Time now)
{
    // A run dated days ahead was made by a clock that has been put right since; it must not block the runs until then.
    const bool from_the_future = last_run_date > local_date(now + days{2});
    return from_the_future || local_date(latest_occurrence(at, now)) > last_run_date;
}

}  // namespace dreamina
