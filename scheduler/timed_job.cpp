#include "timed_job.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace dreamina {
namespace {

Message interval_message(milliseconds interval)
{
    using namespace std::chrono;
    const auto counted = [&](const char* code, milliseconds unit) {
        return Message{code, {{"count", interval / unit}}};
    };
    if (interval % hours{1} == milliseconds{0}) return counted("schedule.every_hours", hours{1});
    if (interval % minutes{1} == milliseconds{0}) return counted("schedule.every_minutes", minutes{1});
    if (interval % seconds{1} == milliseconds{0}) return counted("schedule.every_seconds", seconds{1});
    return counted("schedule.every_ms", milliseconds{1});
}

}  // namespace

std::optional<milliseconds> interval_of(const TimedJob& job, const Settings& settings)
{
    const auto* every = std::get_if<Every>(&job.when);
    if (every == nullptr) return std::nullopt;
    return every->setting ? every->setting(settings) : every->interval;
}

Message when_message(const TimedJob& job, const Settings& settings)
{
    Message when;
    if (const auto interval = interval_of(job, settings)) {
        when = interval_message(*interval);
    } else {
        const DailyTime at = std::get<Daily>(job.when).at(settings);
        when = {"schedule.daily_at", {{"time", fmt::format("{:02d}:{:02d}", at.hour, at.minute)}}};
    }
    return job.remark ? Message{job.remark, {{"when", std::move(when)}}} : when;
}

Message waits_for(const TimedJob& job, const Settings& settings)
{
    return job.missing ? job.missing(settings) : Message{};
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
    if (!waits_for(job, settings).empty()) return std::nullopt;
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
