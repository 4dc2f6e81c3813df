#include "core/storage/stores/pool_state.hpp"

#include <fmt/format.h>

#include "core/storage/accounts/pool_class.hpp"
#include "core/storage/stores/breaker_store.hpp"

namespace dreamina {

PoolState read_pool_state(Database& database)
{
    // SQLite keeps the last id of a table in sqlite_sequence, and moves it on when a larger one is inserted.
    static const std::string sql = fmt::format(
        "SELECT p.reserve_seq, p.count_epoch, p.applied_concurrency, p.cn_points, {} AS barred_bits, b.opened_at, "
        "b.probe_at, b.failed_probes, b.probe_lease, b.probe_sent_at, "
        "EXISTS (SELECT 1 FROM upstream_failures) AS has_failures, EXISTS (SELECT 1 FROM waiting) AS has_waiters, "
        "(SELECT seq FROM sqlite_sequence WHERE name = 'leases') AS last_lease, "
        "(SELECT seq FROM sqlite_sequence WHERE name = 'waiting') AS last_ticket "
        "FROM pool_state p CROSS JOIN upstream_breaker b",
        barred_bits_sql());
    auto row = database.query(sql);
    row.next();
    return {.reserve_seq = row.integer("reserve_seq"),
            .count_epoch = row.integer("count_epoch"),
            .max_concurrency = row.integer("applied_concurrency"),
            .cn_points = row.boolean("cn_points"),
            .barred_bits = row.integer("barred_bits"),
            .breaker = read_breaker_state(row),
            .has_upstream_failures = row.boolean("has_failures"),
            .has_waiters = row.boolean("has_waiters"),
            .last_lease = row.optional_integer("last_lease").value_or(0),
            .last_ticket = row.optional_integer("last_ticket").value_or(0)};
}

void set_reserve_seq(Database& database, std::int64_t sequence)
{
    database.run("UPDATE pool_state SET reserve_seq = ?", sequence);
}

}  // namespace dreamina
