#include "storage/job_store.hpp"

namespace dreamina {
namespace {

constexpr std::string_view select_sql =
    "SELECT id, kind, state, account_id, wanted, requested_by, error, result_account_id, created_at, updated_at FROM "
    "jobs ";

Job read_job(const Query& row)
{
    return {.id = row.integer(0),
            .kind = row.text(1),
            .state = row.text(2),
            .account = row.optional_integer(3),
            .wanted = row.integer(4),
            .requested_by = row.text(5),
            .error = row.optional_text(6),
            .result_account = row.optional_integer(7),
            .created_at = row.time(8),
            .updated_at = row.time(9)};
}

}  // namespace

Job JobStore::queue_registration(std::int64_t wanted, std::string_view requested_by, Time now)
{
    database_.run(
        "INSERT INTO jobs (kind, state, wanted, requested_by, created_at, updated_at) "
        "VALUES ('register', 'queued', ?, ?, ?, ?)",
        wanted, requested_by, now, now);
    return find(database_.last_insert_id()).value();
}

Job JobStore::queue_session_refresh(AccountId account, std::string_view requested_by, Time now)
{
    database_.run(
        "INSERT INTO jobs (kind, state, account_id, requested_by, created_at, updated_at) "
        "VALUES ('session_refresh', 'queued', ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        account, requested_by, now, now);
    static const std::string sql =
        std::string{select_sql} +
        "WHERE account_id = ? AND kind = 'session_refresh' AND state IN ('queued', 'running')";
    auto row = database_.query(sql, account);
    row.next();
    return read_job(row);
}

std::optional<Job> JobStore::find(JobId id)
{
    static const std::string sql = std::string{select_sql} + "WHERE id = ?";
    auto row = database_.query(sql, id);
    return row.next() ? std::optional{read_job(row)} : std::nullopt;
}

}  // namespace dreamina
