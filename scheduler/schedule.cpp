#include "schedule.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "jobs.hpp"
#include "core/storage/stores/schedule_store.hpp"

namespace dreamina {
namespace {

/// The row as the table and the settings have it. A daily job that is new has had its day.
ScheduledJob described(const TimedJob& job, const Settings& settings, const ScheduledJob& stored, Time now)
{
    ScheduledJob row = stored;
    row.name = job.name;
    row.when = when_message(job, settings);
    row.waits_for = waits_for(job, settings);
    const auto* daily = std::get_if<Daily>(&job.when);
    if (daily && row.last_day.empty()) row.last_day = local_date(latest_occurrence(daily->at(settings), now));
    // The last run of a daily job may have failed; its day says whether it is done.
    row.next_run_at = next_run(job, settings, stored.last_started_at, row.last_day, now);
    return row;
}

std::string local_text(const std::optional<Time>& time)
{
    if (!time) return "-";
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(*time).time_since_epoch().count();
    std::tm clock{};
    ::localtime_r(&seconds, &clock);
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", clock);
}

}  // namespace

void publish_schedule(Database& database, const Settings& settings, Time now)
{
    ScheduleStore store{database};
    int position = 0;
    for (const TimedJob& job : timed_jobs()) {
        const ScheduledJob stored = store.find(job.name).value_or(ScheduledJob{});
        const ScheduledJob row = described(job, settings, stored, now);
        if (row.last_day != stored.last_day) store.set_last_day(job.name, row.last_day);
        store.publish(position++, row);
    }
    for (const ScheduledJob& row : store.all())
        if (find_timed_job(row.name) == nullptr) store.remove(row.name);
}

std::string schedule_text(Database& database, const Settings& settings, Time now)
{
    ScheduleStore store{database};
    std::vector<std::array<std::string, 5>> rows{{"NAME", "WHEN", "LAST", "OUTCOME", "NEXT"}};
    for (const TimedJob& job : timed_jobs()) {
        const auto stored = store.find(job.name);
        const ScheduledJob row = described(job, settings, stored.value_or(ScheduledJob{}), now);
        rows.push_back(
            {row.name, english(row.when), local_text(row.last_started_at),
             row.running_since ? "runs" : row.outcome.value_or("-"),
             row.waits_for.empty() ? local_text(row.next_run_at) : "not by itself: " + english(row.waits_for)});
    }
    std::array<std::size_t, 5> widths{};  // of the last, none: nothing follows it
    for (const auto& row : rows)
        for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size() + 2);
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) text += fmt::format("{:<{}}", row[i], widths[i]);
        text += '\n';
    }
    return text;
}

}  // namespace dreamina
