#include "timed_job.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace dreamina {
namespace {

std::string counted(std::int64_t count, std::string_view unit)
{
    return count == 1 ? std::string{unit} : fmt::format("{} {}s", count, unit);
}

std::string interval_text(milliseconds interval)
{
    const std::int64_t millis = interval.count();
    if (millis % 3'600'000 == 0) return "every " + counted(millis / 3'600'000, "hour");
    if (millis % 60'000 == 0) return "every " + counted(millis / 60'000, "minute");
    if (millis % 1000 == 0) return "every " + counted(millis / 1000, "second");
    return fmt::format("every {} ms", millis);
}

}  // namespace

std::optional<milliseconds> interval_of(const TimedJob& job, const Settings& settings)
{
    const auto* every = std::get_if<Every>(&job.when);
    if (every == nullptr) return std::nullopt;
    return every->setting ? every->setting(settings) : every->interval;
}

std::string when_text(const TimedJob& job, const Settings& settings)
{
    std::string text;
    if (const auto interval = interval_of(job, settings)) {
        text = interval_text(*interval);
    } else {
        const DailyTime at = std::get<Daily>(job.when).at(settings);
        text = fmt::format("daily at {:02d}:{:02d}", at.hour, at.minute);
    }
    return job.remark.empty() ? text : fmt::format("{}, {}", text, job.remark);
}

std::optional<std::string> waits_for(const TimedJob& job, const Settings& settings)
{
    const std::string_view missing = job.missing ? job.missing(settings) : std::string_view{};
    return missing.empty() ? std::nullopt : std::optional{std::string{missing}};
}

bool is_recorded(const TimedJob& job, const Settings& settings)
{
    const auto interval = interval_of(job, settings);
    return !interval || *interval >= std::chrono::minutes{1};
}

bool is_due(const TimedJob& job, const Settings& settings, std::optional<Time> tried, std::string_view last_day,
            Time now)
{
    if (const auto interval = interval_of(job, settings)) return !tried || has_passed(*interval, *tried, now);
    const auto& daily = std::get<Daily>(job.when);
    const DailyTime at = daily.at(settings);
    if (!is_due(at, last_day, now)) return false;
    return !tried || *tried < latest_occurrence(at, now) || has_passed(daily.retry, *tried, now);
}

std::optional<Time> next_run(const TimedJob& job, const Settings& settings, std::optional<Time> tried,
                             std::string_view last_day, Time now)
{
    if (waits_for(job, settings)) return std::nullopt;
    if (is_due(job, settings, tried, last_day, now)) return now;
    if (const auto interval = interval_of(job, settings)) return *tried + *interval;
    const auto& daily = std::get<Daily>(job.when);
    const DailyTime at = daily.at(settings);
    if (is_due(at, last_day, now)) return *tried + daily.retry;
    // Where its time was moved to later on a day that is done, that day's next moment passes by.
    const Time next = next_occurrence(at, now);
    return local_date(next) > last_day ? next : next_occurrence(at, next);
}

}  // namespace dreamina
