#include "core/storage/maintenance/retention.hpp"

#include <cstdint>
#include <vector>

#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

/// Milliseconds of work, of the 50 that a write may take.
constexpr int items_per_piece = 200;
constexpr int jobs_per_look = 200;

std::vector<std::int64_t> ended_before(Database& database, Time before)
{
    return read_ids(database.query(
        "SELECT id FROM jobs WHERE state IN ('done', 'failed', 'cancelled') AND ended_at < ? ORDER BY id LIMIT ?",
        before, jobs_per_look));
}

/// False if it was stopped.
bool remove_job(Database& database, std::int64_t id, const std::stop_token& stop)
{
    int removed = items_per_piece;
    while (removed == items_per_piece) {
        if (stop.stop_requested()) return false;
        removed = database.run("DELETE FROM job_items WHERE id IN (SELECT id FROM job_items WHERE job_id = ? LIMIT ?)",
                               id, items_per_piece);
        if (removed > 0) let_others_write();
    }
    database.run("DELETE FROM jobs WHERE id = ?", id);
    let_others_write();
    return true;
}

}  // namespace

int remove_audit_before(Database& database, Time before, const std::stop_token& stop)
{
    int all = 0;
    while (!stop.stop_requested()) {
        const int removed =
            database.run("DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY at LIMIT ?)",
                         before, items_per_piece);
        all += removed;
        if (removed < items_per_piece) break;
        let_others_write();
    }
    return all;
}

int remove_jobs_ended_before(Database& database, Time before, const std::stop_token& stop)
{
    int removed = 0;
    for (;;) {
        const auto ids = ended_before(database, before);
        if (ids.empty()) return removed;
        for (const std::int64_t id : ids) {
            if (!remove_job(database, id, stop)) return removed;
            ++removed;
        }
    }
}

}  // namespace dreamina
