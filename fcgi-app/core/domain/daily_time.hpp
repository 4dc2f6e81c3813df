#pragma once
/// Something that happens once per local day at HH:MM, also on the days when the clocks change and after a sleep.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace dreamina {

struct DailyTime {
    int hour = 0;
    int minute = 0;

    friend bool operator==(const DailyTime&, const DailyTime&) = default;
};

/// "HH:MM" or "H:MM".
std::optional<DailyTime> parse_daily_time(std::string_view text);

/// "HH:MM"
std::string to_text(DailyTime time);

/// The latest moment not after `now` at which the local clock came to `at`, in the process's time zone (TZ).
/// A time that a change of clocks skips happens at the change; one that comes twice happens the first time only.
Time latest_occurrence(DailyTime at, Time now);

/// The first such moment after `now`.
Time next_occurrence(DailyTime at, Time now);

/// The local date of a moment as YYYY-MM-DD: names a day's run, so that moving HH:MM on the same day runs nothing
/// twice.
std::string local_date(Time time);

/// The date so many days before that one (YYYY-MM-DD).
std::string days_before(const std::string& date, int count);

/// True if the run of the local day that `latest_occurrence(at, now)` belongs to has not happened yet.
/// `last_run_date`: local_date of the occurrence that ran last; empty if never.
bool is_due(DailyTime at, std::string_view last_run_date, Time now);

}  // namespace dreamina
