#pragma once
/// What a turn of the write queue needs to know of the pool as a whole, read once, in one row.

#include "core/domain/breaker_state.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct PoolState {
    std::int64_t reserve_seq = 0;      ///< the last place in the order of use
    std::int64_t count_epoch = 0;      ///< grows with every daily reset
    std::int64_t max_concurrency = 0;  ///< requests that an account may have in flight; 0: no limit
    bool cn_points = false;            ///< CN_POINTS_ENABLED
    std::int64_t barred_bits = 0;      ///< barred_bits_sql()
    BreakerState breaker;
    bool has_upstream_failures = false;
    bool has_waiters = false;
    std::int64_t last_lease = 0;  ///< ids that were given out last: the next ones follow
    std::int64_t last_ticket = 0;
};

/// Within the write transaction that acts on it.
PoolState read_pool_state(Database& database);

/// Of the state only what counts on: reserve_seq, last_lease, last_ticket.
void write_counters(Database& database, const PoolState& state);

}  // namespace dreamina
