#include "core/storage/stores/job_store.hpp"

#include <algorithm>

#include "core/storage/engine/json_rows.hpp"
#include "core/storage/engine/insert.hpp"
#include "core/storage/stores/job_row.hpp"

namespace dreamina {
namespace {

std::string select_job(std::string_view rest)
{
    return "SELECT " + std::string{job_columns()} + " FROM jobs j " + std::string{rest};
}

JobItem read_item(const Query& row)
{
    return {.account = row.optional_integer("account_id"),
            .email = row.optional_text("email"),
            .state = parse_item_state(row.text("state")).value_or(ItemState::pending),
            .result = row.message("result"),
            .error = row.message("error"),
            .updated_at = row.time("updated_at")};
}

constexpr std::string_view item_columns =
    "i.account_id, a.email, i.state, i.result, i.error, i.updated_at FROM job_items i "
    "LEFT JOIN living_accounts a ON a.id = i.account_id ";

}  // namespace

std::string_view job_columns()
{
    return "j.id, j.kind, j.state, j.account_id, j.scope, j.scope_cursor, j.wanted, j.task_asked_at, j.task_id, "
           "j.task_polls, j.total, j.done, j.failed, j.note, j.error, j.requested_by, j.retry_of, j.created_at, "
           "j.started_at, j.updated_at, j.ended_at";
}

Job read_job(const Query& row)
{
    const auto scope = row.optional_text("scope");
    return {.id = row.integer("id"),
            .kind = parse_job_kind(row.text("kind")).value_or(JobKind::registration),  // the table's CHECKs let nothing
            .state = parse_job_state(row.text("state")).value_or(JobState::failed),    // else in
            .account = row.optional_integer("account_id"),
            .scope = scope ? parse_job_scope(*scope) : std::nullopt,
            .scope_cursor = row.optional_integer("scope_cursor"),
            .wanted = row.integer("wanted"),
            .task_asked_at = row.optional_time("task_asked_at"),
            .task_id = row.optional_text("task_id"),
            .task_polls = row.integer("task_polls"),
            .total = row.integer("total"),
            .done = row.integer("done"),
            .failed = row.integer("failed"),
            .note = row.message("note"),
            .error = row.message("error"),
            .requested_by = row.text("requested_by"),
            .retry_of = row.optional_integer("retry_of"),
            .created_at = row.time("created_at"),
            .started_at = row.optional_time("started_at"),
            .updated_at = row.time("updated_at"),
            .ended_at = row.optional_time("ended_at")};
}

JobId JobStore::add(const NewJob& job, Time now)
{
    // One statement: the scheduler sees it whole, or not at all.
    return insert_row(
        database_,
        "INSERT INTO jobs (kind, state, account_id, scope, scope_cursor, wanted, total, requested_by, retry_of, "
        "created_at, updated_at) VALUES (?1, 'queued', ?2, ?3, CASE WHEN CAST(?3 AS TEXT) IS NOT NULL THEN 0 END, ?4, "
        "?5, ?6, ?7, ?8, ?8) RETURNING id",
        to_string(job.kind), job.account, job.scope ? std::optional{to_string(*job.scope)} : std::nullopt, job.wanted,
        job.total, job.requested_by, job.retry_of, now);
}

Job JobStore::queue_registration(std::int64_t wanted, std::string_view requested_by, Time now,
                                 std::optional<JobId> retry_of)
{
    const JobId id = add({.kind = JobKind::registration,
                          .requested_by = requested_by,
                          .retry_of = retry_of,
                          .wanted = wanted,
                          .total = wanted},
                         now);
    return find(id).value();
}

Job JobStore::queue_session_refresh(AccountId account, std::string_view requested_by, Time now)
{
    static const std::string sql = select_job(
        "JOIN job_items i ON i.job_id = j.id WHERE i.account_id = ? AND i.refreshes AND "
        "i.state IN ('pending', 'running')");
    if (auto row = database_.query(sql, account); row.next()) {
        Job job = read_job(row);
        if (!job.ended()) return job;
    }
    skip_left_behind(account, now);
    const JobId id =
        add({.kind = JobKind::session_refresh, .requested_by = requested_by, .account = account, .total = 1}, now);
    database_.run(
        "INSERT INTO job_items (job_id, account_id, state, refreshes, updated_at) VALUES (?, ?, 'pending', TRUE, ?)",
        id, account, now);
    return find(id).value();
}

Job JobStore::queue_for_accounts(JobKind kind, const std::vector<AccountId>& accounts, std::string_view requested_by,
                                 Time now, std::optional<JobId> retry_of)
{
    const JobId id = add({.kind = kind,
                          .requested_by = requested_by,
                          .retry_of = retry_of,
                          .account = accounts.size() == 1 ? std::optional{accounts.front()} : std::nullopt},
                         now);
    const bool refreshes = kind == JobKind::session_refresh;
    std::int64_t total = 0;
    std::int64_t skipped = 0;
    for (const AccountId account : accounts) {
        if (refreshes) skip_left_behind(account, now);
        int added = database_.run(
            "INSERT INTO job_items (job_id, account_id, state, refreshes, updated_at) VALUES (?, ?, 'pending', ?, ?) "
            "ON CONFLICT DO NOTHING",
            id, account, refreshes, now);
        if (added == 0) {
            added = database_.run(
                "INSERT INTO job_items (job_id, account_id, state, refreshes, result, updated_at) "
                "VALUES (?, ?, 'skipped', TRUE, ?, ?) ON CONFLICT DO NOTHING",
                id, account, Message{"job.refreshed_elsewhere"}, now);
            skipped += added;
        }
        total += added;
    }
    database_.run("UPDATE jobs SET total = ?, done = ? WHERE id = ?", total, skipped, id);
    return find(id).value();
}

Job JobStore::queue_for_list(JobKind kind, const std::vector<AccountId>& accounts, std::string_view requested_by,
                             Time now, std::optional<JobId> retry_of)
{
    const JobId id = add({.kind = kind,
                          .requested_by = requested_by,
                          .retry_of = retry_of,
                          .total = static_cast<std::int64_t>(accounts.size())},
                         now);
    database_.run("UPDATE jobs SET account_list = ?, scope_cursor = 0 WHERE id = ?", json_list(accounts), id);
    return find(id).value();
}

std::vector<AccountId> JobStore::next_of_list(const Job& job, std::int64_t limit)
{
    return read_ids(
        database_.query("SELECT CAST(l.value AS BIGINT) AS account FROM jobs j, json_each(j.account_list) l "
                        "WHERE j.id = ? AND l.key >= ? ORDER BY l.key LIMIT ?",
                        job.id, job.scope_cursor, limit));
}

void JobStore::skip_left_behind(AccountId account, Time now)
{
    database_.run(
        "UPDATE job_items SET state = 'skipped', updated_at = ?1 WHERE account_id = ?2 AND refreshes AND "
        "state IN ('pending', 'running') AND job_id IN (SELECT id FROM jobs WHERE ended_at IS NOT NULL)",
        now, account);
}

Job JobStore::queue_for_scope(JobKind kind, JobScope scope, std::string_view requested_by, Time now,
                              std::optional<JobId> retry_of)
{
    return find(add({.kind = kind, .requested_by = requested_by, .retry_of = retry_of, .scope = scope}, now)).value();
}

std::optional<Job> JobStore::find_open(JobKind kind, std::optional<JobScope> scope)
{
    static const std::string sql = select_job(
        "WHERE j.state IN ('queued', 'running') AND j.kind = ?1 AND (CAST(?2 AS TEXT) IS NULL OR j.scope = ?2) "
        "ORDER BY j.id LIMIT 1");
    auto row = database_.query(sql, to_string(kind), scope ? std::optional{to_string(*scope)} : std::nullopt);
    return row.next() ? std::optional{read_job(row)} : std::nullopt;
}

JobId JobStore::last_id()
{
    auto row = database_.query("SELECT coalesce(max(id), 0) FROM jobs");
    row.next();
    return row.integer();
}

std::optional<Job> JobStore::find(JobId id)
{
    static const std::string sql = select_job("WHERE j.id = ?");
    auto row = database_.query(sql, id);
    return row.next() ? std::optional{read_job(row)} : std::nullopt;
}

std::optional<Job> JobStore::find_open_retry(JobId of)
{
    static const std::string sql = select_job("WHERE j.retry_of = ? AND j.state IN ('queued', 'running') LIMIT 1");
    auto row = database_.query(sql, of);
    return row.next() ? std::optional{read_job(row)} : std::nullopt;
}

Page<Job> JobStore::list(const JobFilter& filter, std::int64_t page, std::int64_t size)
{
    // An account's own jobs are few, and found by it.
    const std::string_view where =
        filter.account
            ? "WHERE j.id IN (SELECT id FROM jobs WHERE account_id = ?3 UNION SELECT job_id FROM job_items "
              "WHERE account_id = ?3) AND (CAST(?1 AS TEXT) IS NULL OR j.state = ?1) AND "
              "(CAST(?2 AS TEXT) IS NULL OR j.kind = ?2) "
            : "WHERE (CAST(?1 AS TEXT) IS NULL OR j.state = ?1) AND (CAST(?2 AS TEXT) IS NULL OR j.kind = ?2) AND "
              "CAST(?3 AS BIGINT) IS NULL ";
    const auto state = filter.state ? std::optional{to_string(*filter.state)} : std::nullopt;
    const auto kind = filter.kind ? std::optional{to_string(*filter.kind)} : std::nullopt;
    Page<Job> result;
    {
        const std::string sql = "SELECT count(*) FROM jobs j " + std::string{where};
        auto count = database_.query(sql, state, kind, filter.account);
        count.next();
        result.total = count.integer();
    }
    const std::string sql = select_job(std::string{where} + "ORDER BY j.id DESC LIMIT ?4 OFFSET ?5");
    auto rows = database_.query(sql, state, kind, filter.account, size, (page - 1) * size);
    while (rows.next()) result.items.push_back(read_job(rows));
    return result;
}

Page<JobItem> JobStore::items(JobId job, std::int64_t page, std::int64_t size, std::optional<ItemState> state)
{
    const auto wanted = state ? std::optional{to_string(*state)} : std::nullopt;
    Page<JobItem> result;
    {
        auto count = database_.query(
            "SELECT count(*) FROM job_items WHERE job_id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR state = ?2)", job,
            wanted);
        count.next();
        result.total = count.integer();
    }
    static const std::string sql = "SELECT " + std::string{item_columns} +
                                   "WHERE i.job_id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR i.state = ?2) "
                                   "ORDER BY i.state <> 'failed', i.id LIMIT ?3 OFFSET ?4";
    auto rows = database_.query(sql, job, wanted, size, (page - 1) * size);
    while (rows.next()) result.items.push_back(read_item(rows));
    return result;
}

std::optional<JobItem> JobStore::item(JobId job, AccountId account)
{
    static const std::string sql = "SELECT " + std::string{item_columns} + "WHERE i.job_id = ? AND i.account_id = ?";
    auto row = database_.query(sql, job, account);
    return row.next() ? std::optional{read_item(row)} : std::nullopt;
}

std::vector<AccountId> JobStore::failed_accounts(JobId job)
{
    return read_ids(database_.query(
        "SELECT account_id FROM job_items WHERE job_id = ? AND state = 'failed' AND account_id IS NOT NULL ORDER BY id",
        job));
}

std::vector<AccountId> JobStore::registered_accounts(JobId job)
{
    return read_ids(database_.query(
        "SELECT account_id FROM job_items WHERE job_id = ? AND state = 'done' AND account_id IS NOT NULL ORDER BY id",
        job));
}

bool JobStore::cancel(JobId id, Time now)
{
    return database_.run(
               "UPDATE jobs SET state = 'cancelled', note = NULL, updated_at = ?1, ended_at = ?1 "
               "WHERE id = ?2 AND state IN ('queued', 'running')",
               now, id) > 0;
}

JobStore::AutomaticRegistrations JobStore::automatic_registrations()
{
    AutomaticRegistrations found;
    auto rows = database_.query(
        "SELECT state, coalesce(ended_at, created_at) AS last_at FROM jobs WHERE kind = 'register' AND requested_by = "
        "? "
        "ORDER BY id DESC LIMIT 20",
        asked_by_schedule);
    while (rows.next()) {
        if (!found.last_at) found.last_at = rows.time("last_at");
        if (rows.text("state") != "failed") break;
        ++found.failures_in_a_row;
    }
    return found;
}

}  // namespace dreamina
