#include "core/storage/stores/schedule_store.hpp"

namespace dreamina {
namespace {

constexpr std::string_view select_schedule_sql =
    "SELECT name, when_text, waits_for, last_day, running_since, last_started_at, last_ended_at, duration_ms, outcome, "
    "summary, next_run_at, run_requested_at FROM schedule ";

ScheduledJob read_scheduled_job(const Query& row)
{
    ScheduledJob job{.name = row.text("name"),
                     .when = row.message("when_text"),
                     .waits_for = row.message("waits_for"),
                     .last_day = row.text("last_day"),
                     .running_since = row.optional_time("running_since"),
                     .last_started_at = row.optional_time("last_started_at"),
                     .last_ended_at = row.optional_time("last_ended_at"),
                     .duration = std::nullopt,
                     .outcome = row.optional_text("outcome"),
                     .summary = row.message("summary"),
                     .next_run_at = row.optional_time("next_run_at"),
                     .run_requested_at = row.optional_time("run_requested_at")};
    if (const auto duration = row.optional_integer("duration_ms")) job.duration = milliseconds{*duration};
    return job;
}

}  // namespace

std::vector<ScheduledJob> ScheduleStore::all()
{
    static const std::string sql = std::string{select_schedule_sql} + "ORDER BY position, name";
    auto rows = database_.query(sql);
    std::vector<ScheduledJob> jobs;
    while (rows.next()) jobs.push_back(read_scheduled_job(rows));
    return jobs;
}

std::optional<ScheduledJob> ScheduleStore::find(std::string_view name)
{
    static const std::string sql = std::string{select_schedule_sql} + "WHERE name = ?";
    auto row = database_.query(sql, name);
    return row.next() ? std::optional{read_scheduled_job(row)} : std::nullopt;
}

void ScheduleStore::publish(int position, const ScheduledJob& job)
{
    // Looked at first: even an update that changes nothing takes the lock that writers wait for.
    {
        auto same = database_.query(
            "SELECT 1 FROM schedule WHERE name = ?1 AND position = ?2 AND when_text = ?3 AND "
            "waits_for IS NOT DISTINCT FROM ?4 AND next_run_at IS NOT DISTINCT FROM ?5",
            job.name, position, job.when, job.waits_for, job.next_run_at);
        if (same.next()) return;
    }
    database_.run(
        "INSERT INTO schedule (name, position, when_text, waits_for, next_run_at) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (name) DO UPDATE SET position = ?2, when_text = ?3, waits_for = ?4, next_run_at = ?5",
        job.name, position, job.when, job.waits_for, job.next_run_at);
}

void ScheduleStore::remove(std::string_view name) { database_.run("DELETE FROM schedule WHERE name = ?", name); }

std::string ScheduleStore::last_day(std::string_view name)
{
    auto row = database_.query("SELECT last_day FROM schedule WHERE name = ?", name);
    return row.next() ? row.text() : std::string{};
}

void ScheduleStore::set_last_day(std::string_view name, std::string_view day)
{
    database_.run(
        "INSERT INTO schedule (name, last_day) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET last_day = ?2", name,
        day);
}

void ScheduleStore::begin(std::string_view name, Time now)
{
    database_.run(
        "INSERT INTO schedule (name, running_since) VALUES (?1, ?2) "
        "ON CONFLICT (name) DO UPDATE SET running_since = ?2, run_requested_at = NULL",
        name, now);
}

void ScheduleStore::end(std::string_view name, const ScheduledRun& run, std::optional<Time> next_run_at)
{
    database_.run(
        "INSERT INTO schedule (name, last_started_at, last_ended_at, duration_ms, outcome, summary, next_run_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
        "ON CONFLICT (name) DO UPDATE SET running_since = NULL, last_started_at = ?2, last_ended_at = ?3, "
        "duration_ms = ?4, outcome = ?5, summary = ?6, next_run_at = ?7, "
        "run_requested_at = CASE WHEN schedule.run_requested_at > ?2 THEN schedule.run_requested_at END",
        name, run.started, run.ended, std::int64_t{run.duration.count()}, run.ok ? "ok" : "failed", run.summary,
        next_run_at);
}

int ScheduleStore::end_interrupted(Time now)
{
    return database_.run(
        "UPDATE schedule SET last_started_at = running_since, last_ended_at = ?1, "
        "duration_ms = CASE WHEN ?1 > running_since THEN ?1 - running_since ELSE 0 END, outcome = 'failed', "
        "summary = ?2, running_since = NULL WHERE running_since IS NOT NULL",
        now, Message{"schedule.interrupted"});
}

bool ScheduleStore::request_run(std::string_view name, Time now)
{
    return database_.run("UPDATE schedule SET run_requested_at = ? WHERE name = ?", now, name) > 0;
}

std::vector<std::string> ScheduleStore::requested()
{
    return read_texts(database_.query("SELECT name FROM schedule WHERE run_requested_at IS NOT NULL"));
}

}  // namespace dreamina
