#include "core/storage/stores/job_progress.hpp"

#include <fmt/format.h>

#include "core/storage/accounts/account_store.hpp"
#include "core/storage/stores/job_row.hpp"

namespace dreamina {
namespace {

constexpr std::string_view open_items = "i.state IN ('pending', 'running')";

/// Which accounts `a` a scope means, by the moments `m`.
std::string scope_condition(JobKind kind, JobScope scope)
{
    switch (scope) {
    case JobScope::expired: return "a.session_expired AND NOT a.disabled";
    case JobScope::due:
        return "NOT a.disabled AND a.refresh_failures < m.streak AND (a.session_expired OR a.session_updated_at IS "
               "NULL OR a.session_updated_at <= m.dated_before)";
    case JobScope::retriable:
        return "a.session_expired AND NOT a.disabled AND a.refresh_failures < m.streak AND (a.refresh_failed_at IS "
               "NULL OR a.refresh_failed_at <= m.refreshed_before) AND NOT EXISTS (SELECT 1 FROM job_items i WHERE "
               "i.account_id = a.id AND i.refreshes AND i.state IN ('pending', 'running'))";
    case JobScope::suspected:
        return "a.check_failed_at <= m.suspected_before AND a.session_id IS NOT NULL AND NOT a.session_expired AND "
               "NOT a.disabled";
    case JobScope::all: break;
    }
    switch (kind) {
    case JobKind::session_refresh: return "NOT a.disabled";
    case JobKind::session_check: return "a.session_id IS NOT NULL AND NOT a.session_expired AND NOT a.disabled";
    default:
        return "a.session_id IS NOT NULL AND NOT a.session_expired AND NOT a.disabled AND " + points_matter_sql("a");
    }
}

std::string in_scope(std::string_view what, JobKind kind, JobScope scope, std::string_view rest)
{
    return fmt::format(
        "WITH m(dated_before, refreshed_before, suspected_before, streak, after_id, most) AS "
        "(VALUES (CAST(?1 AS BIGINT), CAST(?2 AS BIGINT), CAST(?3 AS BIGINT), CAST(?4 AS BIGINT), CAST(?5 AS BIGINT), "
        "CAST(?6 AS BIGINT))) SELECT {} FROM living_accounts a, m WHERE a.id > m.after_id AND {} {}",
        what, scope_condition(kind, scope), rest);
}

const std::string& work_columns()
{
    static const std::string columns =
        std::string{account_columns()} + ", i.id AS item_id, i.job_id, a.check_failed_at ";
    return columns;
}

WorkItem read_work(Database& database, const Query& row)
{
    return {.id = row.integer("item_id"),
            .job = row.integer("job_id"),
            .account = read_account(database, row),
            .check_failed_at = row.optional_time("check_failed_at")};
}

}  // namespace

ScopeMoments scope_moments(const Settings& settings, Time now)
{
    return {.dated_before = now - std::chrono::hours{24 * settings.session_update_days},
            .refreshed_before = now - refresh_retry_wait,
            .suspected_before = now - second_check_wait};
}

void JobProgress::take_up_interrupted(Time now)
{
    database_.run("UPDATE job_items SET state = 'pending', updated_at = ? WHERE state = 'running'", now);
}

std::optional<Job> JobProgress::next(JobKind kind, std::optional<JobKind> other_kind)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM jobs j WHERE j.state IN ('queued', 'running') AND j.kind IN (?1, ?2) ORDER BY j.id LIMIT 1",
        job_columns());
    auto row = database_.query(sql, to_string(kind), to_string(other_kind.value_or(kind)));
    return row.next() ? std::optional{read_job(row)} : std::nullopt;
}

void JobProgress::begin(const Job& job, const ScopeMoments& moments, Time now)
{
    database_.run(
        "UPDATE jobs SET state = 'running', started_at = coalesce(started_at, ?1), updated_at = ?1 "
        "WHERE id = ?2 AND state IN ('queued', 'running')",
        now, job.id);
    if (job.scope && job.state == JobState::queued) {
        database_.run("UPDATE jobs SET total = ? WHERE id = ?", count_in_scope(job.kind, *job.scope, moments), job.id);
    }
}

void JobProgress::set_note(JobId job, const Message& note, Time now)
{
    database_.run("UPDATE jobs SET note = ?, updated_at = ? WHERE id = ? AND state <> 'cancelled'", note, now, job);
}

std::int64_t JobProgress::count_in_scope(JobKind kind, JobScope scope, const ScopeMoments& moments)
{
    auto row = database_.query(in_scope("count(*)", kind, scope, "AND m.most = 0"), moments.dated_before,
                               moments.refreshed_before, moments.suspected_before, max_refresh_streak, 0, 0);
    row.next();
    return row.integer();
}

bool JobProgress::expand(JobId id, const ScopeMoments& moments, Time now)
{
    const auto job = JobStore{database_}.find(id);
    if (!job || !job->scope_cursor) return false;
    if (!job->scope) return expand_list(*job, now);
    const auto accounts = read_ids(database_.query(
        in_scope("a.id", job->kind, *job->scope, "ORDER BY a.id LIMIT ?6"), moments.dated_before,
        moments.refreshed_before, moments.suspected_before, max_refresh_streak, *job->scope_cursor, job_batch));
    for (const AccountId account : accounts) {
        database_.run(
            "INSERT INTO job_items (job_id, account_id, state, refreshes, updated_at) VALUES (?, ?, 'pending', ?, ?) "
            "ON CONFLICT DO NOTHING",
            id, account, job->kind == JobKind::session_refresh, now);
    }
    const bool more = static_cast<std::int64_t>(accounts.size()) == job_batch;
    database_.run("UPDATE jobs SET scope_cursor = ? WHERE id = ?", more ? std::optional{accounts.back()} : std::nullopt,
                  id);
    return !accounts.empty();
}

bool JobProgress::expand_list(const Job& job, Time now)
{
    const auto accounts = JobStore{database_}.next_of_list(job, job_batch);
    for (const AccountId account : accounts) {
        // Nothing for those that are gone, and for those whose refresh another job has already.
        database_.run(
            "INSERT INTO job_items (job_id, account_id, state, refreshes, updated_at) "
            "SELECT ?1, id, 'pending', ?3, ?4 FROM living_accounts WHERE id = ?2 ON CONFLICT DO NOTHING",
            job.id, account, job.kind == JobKind::session_refresh, now);
    }
    const bool more = static_cast<std::int64_t>(accounts.size()) == job_batch;
    database_.run("UPDATE jobs SET scope_cursor = ?, account_list = CASE WHEN ? THEN account_list END WHERE id = ?",
                  more ? std::optional{*job.scope_cursor + job_batch} : std::nullopt, more, job.id);
    return !accounts.empty();
}

std::vector<WorkItem> JobProgress::pending(JobId job, std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM job_items i JOIN living_accounts a ON a.id = i.account_id WHERE i.job_id = ? AND {} "
        "ORDER BY i.id LIMIT ?",
        work_columns(), open_items);
    std::vector<WorkItem> items;
    auto rows = database_.query(sql, job, limit);
    while (rows.next()) items.push_back(read_work(database_, rows));
    return items;
}

std::optional<WorkItem> JobProgress::take_refresh(Time now)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM jobs j CROSS JOIN job_items i JOIN living_accounts a ON a.id = i.account_id "
        "WHERE i.job_id = j.id AND j.kind = 'session_refresh' AND j.state IN ('queued', 'running') AND {} "
        "AND i.state = 'pending' "
        "ORDER BY j.account_id IS NULL, i.id LIMIT 1",
        work_columns(), open_items);
    std::optional<WorkItem> item;
    if (auto row = database_.query(sql); row.next()) item = read_work(database_, row);
    if (!item) return item;
    database_.run("UPDATE job_items SET state = 'running', updated_at = ? WHERE id = ?", now, item->id);
    database_.run(
        "UPDATE jobs SET state = 'running', started_at = coalesce(started_at, ?1), updated_at = ?1, "
        "note = ?2 WHERE id = ?3 AND state IN ('queued', 'running')",
        now, Message{"job.refreshing", {{"email", item->account.email}}}, item->job);
    return item;
}

std::vector<Job> JobProgress::open_refreshes()
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM jobs j WHERE j.state IN ('queued', 'running') AND j.kind = 'session_refresh' AND "
        "(j.scope IS NOT NULL OR j.total <= j.done OR j.account_id IS NULL) ORDER BY j.id",
        job_columns());
    std::vector<Job> jobs;
    auto rows = database_.query(sql);
    while (rows.next()) jobs.push_back(read_job(rows));
    return jobs;
}

void JobProgress::put_back(const WorkItem& item, Time now)
{
    database_.run("UPDATE job_items SET state = 'pending', updated_at = ? WHERE id = ? AND state = 'running'", now,
                  item.id);
}

bool JobProgress::end_item(const WorkItem& item, const ItemEnd& end, Time now)
{
    const int ended = database_.run(
        "UPDATE job_items SET state = ?, result = ?, error = ?, updated_at = ? "
        "WHERE id = ? AND state IN ('pending', 'running')",
        to_string(end.state), end.result, end.error, now, item.id);
    if (ended == 0) return false;
    database_.run("UPDATE jobs SET done = done + 1, failed = failed + ?, updated_at = ? WHERE id = ?",
                  end.state == ItemState::failed, now, item.job);
    return true;
}

void JobProgress::add_ended_item(JobId job, std::optional<AccountId> account, const ItemEnd& end, Time now)
{
    database_.run(
        "INSERT INTO job_items (job_id, account_id, state, result, error, updated_at) VALUES (?, ?, ?, ?, ?, ?)", job,
        account, to_string(end.state), end.result, end.error, now);
    database_.run("UPDATE jobs SET done = done + 1, failed = failed + ?, updated_at = ? WHERE id = ?",
                  end.state == ItemState::failed, now, job);
}

bool JobProgress::end_if_finished(JobId id, Time now)
{
    const auto job = JobStore{database_}.find(id);
    if (!job || job->ended()) return true;
    if (job->scope_cursor) return false;
    {
        static const std::string sql =
            fmt::format("SELECT 1 FROM job_items i WHERE i.job_id = ? AND {} LIMIT 1", open_items);
        if (database_.query(sql, id).next()) return false;
    }
    Message error;
    if (job->failed > 0) {
        auto first = database_.query(
            "SELECT error FROM job_items WHERE job_id = ? AND state = 'failed' ORDER BY id LIMIT 1", id);
        error = first.next() ? first.message() : Message{};
        if (job->done > 1) {
            error = {"job.some_failed", {{"failed", job->failed}, {"total", job->done}, {"first", std::move(error)}}};
        }
    }
    const bool all_failed = job->failed > 0 && job->failed == job->done;
    end(id, all_failed ? JobState::failed : JobState::done, error, now);
    // Fewer than it began with, if accounts were removed meanwhile.
    database_.run("UPDATE jobs SET total = done WHERE id = ?", id);
    return true;
}

void JobProgress::end(JobId job, JobState state, const Message& error, Time now)
{
    database_.run(
        "UPDATE jobs SET state = ?1, error = ?2, note = NULL, updated_at = ?3, ended_at = ?3 "
        "WHERE id = ?4 AND state IN ('queued', 'running')",
        to_string(state), error, now, job);
}

bool JobProgress::close_open_items(JobId job, ItemState state, const Message& error, Time now)
{
    const int closed = database_.run(
        "UPDATE job_items SET state = ?1, error = ?2, updated_at = ?3 WHERE id IN (SELECT id FROM job_items i WHERE "
        "i.job_id = ?4 AND i.state IN ('pending', 'running') ORDER BY i.id LIMIT ?5)",
        to_string(state), error, now, job, job_batch);
    database_.run("UPDATE jobs SET done = done + ?1, failed = failed + ?2 WHERE id = ?3", closed,
                  state == ItemState::failed ? closed : 0, job);
    return closed == job_batch;
}

bool JobProgress::forget_done_items(JobId job)
{
    return database_.run(
               "DELETE FROM job_items WHERE id IN (SELECT id FROM job_items WHERE job_id = ? AND state = 'done' LIMIT "
               "?)",
               job, job_batch) == job_batch;
}

std::vector<JobId> JobProgress::ended_with_open_items()
{
    return read_ids(database_.query(
        "SELECT DISTINCT i.job_id FROM job_items i JOIN jobs j ON j.id = i.job_id WHERE i.state IN ('pending', "
        "'running') AND j.state NOT IN ('queued', 'running')"));
}

void JobProgress::task_is_asked_for(JobId job, Time now)
{
    database_.run("UPDATE jobs SET task_asked_at = ?1, updated_at = ?1 WHERE id = ?2", now, job);
}

void JobProgress::set_task(JobId job, std::string_view task_id, Time now)
{
    database_.run("UPDATE jobs SET task_id = ?, updated_at = ? WHERE id = ?", task_id, now, job);
}

void JobProgress::task_was_polled(JobId job, Time now)
{
    database_.run("UPDATE jobs SET task_polls = task_polls + 1, updated_at = ? WHERE id = ?", now, job);
}

}  // namespace dreamina
