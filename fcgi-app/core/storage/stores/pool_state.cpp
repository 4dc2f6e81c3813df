#include "core/storage/stores/pool_state.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/storage/accounts/pool_class.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/stores/waiting_store.hpp"

namespace dreamina {

PoolState read_pool_state(Database& database)
{
    static const std::string sql = fmt::format(
        "SELECT p.reserve_seq, p.count_epoch, p.applied_concurrency, p.cn_points, {} AS barred_bits, b.opened_at, "
        "b.probe_at, b.failed_probes, b.probe_lease, b.probe_sent_at, "
        "EXISTS (SELECT 1 FROM upstream_failures) AS has_failures, EXISTS (SELECT 1 FROM waiting) AS has_waiters, "
        "p.last_lease_id, (SELECT id FROM leases ORDER BY id DESC LIMIT 1) AS newest_lease, "
        "p.last_ticket, (SELECT ticket FROM waiting WHERE ticket < {} ORDER BY ticket DESC LIMIT 1) AS newest_ticket "
        "FROM pool_state p CROSS JOIN upstream_breaker b",
        barred_bits_sql(), low_tickets);
    auto row = database.query(sql);
    row.next();
    // A worker of the version before writes its leases and tickets, but not their last ids.
    return {.reserve_seq = row.integer("reserve_seq"),
            .count_epoch = row.integer("count_epoch"),
            .max_concurrency = row.integer("applied_concurrency"),
            .cn_points = row.boolean("cn_points"),
            .barred_bits = row.integer("barred_bits"),
            .breaker = read_breaker_state(row),
            .has_upstream_failures = row.boolean("has_failures"),
            .has_waiters = row.boolean("has_waiters"),
            .last_lease = std::max(row.integer("last_lease_id"), row.optional_integer("newest_lease").value_or(0)),
            .last_ticket = std::max(row.integer("last_ticket"), row.optional_integer("newest_ticket").value_or(0))};
}

void write_counters(Database& database, const PoolState& state)
{
    database.run("UPDATE pool_state SET reserve_seq = ?, last_lease_id = ?, last_ticket = ?", state.reserve_seq,
                 state.last_lease, state.last_ticket);
}

}  // namespace dreamina
