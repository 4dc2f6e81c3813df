#include "core/storage/accounts/pool_figures.hpp"

#include <fmt/format.h>

#include "core/storage/accounts/pool_class.hpp"
#include "core/storage/accounts/account_store.hpp"

namespace dreamina {

std::vector<AccountGroup> account_groups(Database& database)
{
    // The same order of reasons as status_of().
    static const std::string sql = fmt::format(
        "SELECT region, CASE WHEN disabled THEN 'disabled' WHEN banned THEN 'banned' WHEN session_id IS NULL THEN "
        "'no_session' WHEN session_expired THEN 'session_expired' WHEN {} THEN 'no_points' "
        "ELSE 'active' END AS status, count(*) AS accounts, sum(points) AS points FROM living_accounts a GROUP BY 1, 2",
        lacks_points_sql("a"));
    auto rows = database.query(sql);
    std::vector<AccountGroup> groups;
    while (rows.next()) {
        groups.push_back({.region = parse_region(rows.text("region")).value_or(Region::us),
                          .status = parse_status(rows.text("status")).value_or(AccountStatus::active),
                          .accounts = rows.integer("accounts"),
                          .points = rows.real("points")});
    }
    return groups;
}

std::int64_t accounts_at_limit(Database& database)
{
    static const std::string sql =
        "SELECT count(*) FROM accounts WHERE pool_class IS NOT NULL AND exhausted <> 0 AND NOT " + lacks_points_sql();
    auto row = database.query(sql);
    row.next();
    return row.integer();
}

PoolCapacity::PoolCapacity(Database& database)
{
    {
        // On the index alone.
        static const std::string sql = fmt::format(
            "SELECT {} AS serving_class, count(*) AS accounts FROM accounts WHERE pool_class IS NOT NULL AND "
            "pool_class & {} = 0 GROUP BY 1",
            serving_class_sql("pool_class"), barred_bits_sql());
        auto rows = database.query(sql);
        while (rows.next()) accounts_.emplace(rows.integer("serving_class"), rows.integer("accounts"));
    }
    // Names that are not in the catalogue are the clients', and there may be any number of them.
    static const std::string sql = fmt::format(
        "SELECT m.id AS model, CASE WHEN a.pool_class & {} = 0 THEN {} END AS serving_class, sum(u.calls) AS calls "
        "FROM account_usage u "
        "JOIN living_accounts a ON a.id = u.account_id LEFT JOIN models m ON m.id = u.model GROUP BY 1, 2",
        barred_bits_sql(), serving_class_sql("a.pool_class"));
    auto rows = database.query(sql);
    while (rows.next()) {
        if (rows.is_null("model")) {
            used_by_others_ += rows.integer("calls");
        } else {
            usage_[rows.text("model")].push_back(
                {.pool_class = rows.optional_integer("serving_class"), .calls = rows.integer("calls")});
        }
    }
}

ModelCapacity PoolCapacity::of(const Model& model, const Settings& settings) const
{
    const ModelRule rule{.id = model.id,
                         .regions = regions_of(model),
                         .needs_points = model.needs_points,
                         .daily_limit = daily_limit(model, settings),
                         .limit_bit = model.limit_bit};
    ModelCapacity room;
    std::int64_t fit = 0;
    for (const auto& [pool_class, accounts] : accounts_) {
        if (!can_serve(pool_class, rule)) continue;
        fit += accounts;
        if (!is_busy_class(pool_class)) room.accounts += accounts;
    }
    if (rule.daily_limit) room.calls = fit * *rule.daily_limit;
    const auto usage = usage_.find(model.id);
    if (usage == usage_.end()) return room;
    for (const Usage& used : usage->second) {
        room.used += used.calls;
        if (room.calls && used.pool_class && can_serve(*used.pool_class, rule)) *room.calls -= used.calls;
    }
    return room;
}

std::map<std::string, std::int64_t> in_flight_by_model(Database& database)
{
    auto rows = database.query(
        "SELECT coalesce(m.id, '') AS model, count(*) AS requests FROM leases l JOIN living_accounts a ON "
        "a.id = l.account_id LEFT JOIN models m ON m.id = l.model "
        "GROUP BY 1");
    std::map<std::string, std::int64_t> found;
    while (rows.next()) found.emplace(rows.text("model"), rows.integer("requests"));
    return found;
}

std::int64_t waiting_requests(Database& database)
{
    auto row = database.query("SELECT count(*) FROM waiting WHERE lease_id IS NULL");
    row.next();
    return row.integer();
}

std::vector<OpenJobs> open_jobs(Database& database)
{
    auto rows = database.query(
        "SELECT kind, state, count(*) AS jobs FROM jobs WHERE state IN ('queued', 'running') GROUP BY kind, state");
    std::vector<OpenJobs> found;
    while (rows.next()) {
        const auto kind = parse_job_kind(rows.text("kind"));
        const auto state = parse_job_state(rows.text("state"));
        if (kind && state) found.push_back({*kind, *state, rows.integer("jobs")});
    }
    return found;
}

std::map<JobKind, std::int64_t> failed_jobs(Database& database, Time since)
{
    auto rows = database.query(
        "SELECT kind, count(*) AS jobs FROM jobs WHERE state = 'failed' AND ended_at >= ? GROUP BY kind", since);
    std::map<JobKind, std::int64_t> found;
    while (rows.next())
        if (const auto kind = parse_job_kind(rows.text("kind"))) found.emplace(*kind, rows.integer("jobs"));
    return found;
}

std::int64_t uses_so_far(Database& database)
{
    auto row = database.query("SELECT reserve_seq FROM pool_state");
    return row.next() ? row.integer() : 0;
}

}  // namespace dreamina
