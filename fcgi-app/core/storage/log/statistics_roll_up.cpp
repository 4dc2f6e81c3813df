#include <thread>

#include <fmt/format.h>

#include "core/domain/daily_time.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

/// Milliseconds of work, of the 50 that a write may take.
constexpr int hours_per_piece = 500;

/// A table of hours, that of its days, and the sums that are added up.
struct Tables {
    std::string_view hours;
    std::string_view days;
    std::string_view key;   ///< besides since
    std::string_view sums;  ///< the other columns
    std::string_view addition;
    milliseconds kept;
};
const Tables all_tables[] = {
    {"request_hours", "request_days", "model, outcome, api_key_id, region",
     "requests, attempts, bytes_in, bytes_out, duration_ms, upstream_ms",
     "requests = request_days.requests + excluded.requests, attempts = request_days.attempts + excluded.attempts, "
     "bytes_in = request_days.bytes_in + excluded.bytes_in, bytes_out = request_days.bytes_out + excluded.bytes_out, "
     "duration_ms = request_days.duration_ms + excluded.duration_ms, "
     "upstream_ms = request_days.upstream_ms + excluded.upstream_ms",
     request_hours_kept},
    {"attempt_hours", "attempt_days", "account_id, verdict", "attempts, upstream_ms",
     "attempts = attempt_days.attempts + excluded.attempts, "
     "upstream_ms = attempt_days.upstream_ms + excluded.upstream_ms",
     attempt_hours_kept},
};

/// Moves the first rows of the hour. True if there are more.
bool move_piece(Database& database, const Tables& tables, Time hour, Time day)
{
    const std::string piece = fmt::format("(SELECT {0} FROM {1} WHERE since = ?1 ORDER BY {0} LIMIT {2})", tables.key,
                                          tables.hours, hours_per_piece);
    Transaction transaction{database};
    database.run(fmt::format("INSERT INTO {0} (since, {1}, {2}) SELECT ?2, {1}, {2} FROM {3} WHERE since = ?1 AND "
                             "({1}) IN {4} ON CONFLICT (since, {1}) DO UPDATE SET {5}",
                             tables.days, tables.key, tables.sums, tables.hours, piece, tables.addition),
                 hour, day);
    const int moved = database.run(
        fmt::format("DELETE FROM {} WHERE since = ?1 AND ({}) IN {}", tables.hours, tables.key, piece), hour);
    transaction.commit();
    return moved == hours_per_piece;
}

std::optional<Time> first_hour(Database& database, const Tables& tables, Time before)
{
    auto row = database.query(fmt::format("SELECT min(since) FROM {} WHERE since < ?", tables.hours), before);
    return row.next() ? row.optional_time() : std::nullopt;
}

}  // namespace

int StatisticsStore::roll_up(Time now, const std::stop_token& stop)
{
    int hours = 0;
    for (const Tables& tables : all_tables) {
        // Whole days only: none is half here and half there.
        const Time before = latest_occurrence({}, now - tables.kept);
        for (auto hour = first_hour(database_, tables, before); hour; hour = first_hour(database_, tables, before)) {
            const Time day = latest_occurrence({}, *hour);
            bool more = true;
            while (more) {
                if (stop.stop_requested()) return hours;
                more = move_piece(database_, tables, *hour, day);
                std::this_thread::sleep_for(std::chrono::milliseconds{1});  // others write in between
            }
            ++hours;
        }
    }
    return hours;
}

}  // namespace dreamina
