#include "core/storage/stores/breaker_store.hpp"

#include "core/base/digest.hpp"

namespace dreamina {
namespace {

/// Older ones are another story.
constexpr std::chrono::hours memory{1};

}  // namespace

BreakerState read_breaker_state(const Query& row)
{
    BreakerState state;
    state.opened_at = row.optional_time("opened_at");
    if (!state.opened_at) return state;
    state.probe_at = row.time("probe_at");
    state.failed_probes = static_cast<int>(row.integer("failed_probes"));
    state.probe_lease = row.optional_integer("probe_lease");
    state.probe_sent_at = row.time("probe_sent_at");
    return state;
}

BreakerState BreakerStore::state()
{
    auto row =
        database_.query("SELECT opened_at, probe_at, failed_probes, probe_lease, probe_sent_at FROM upstream_breaker");
    return row.next() ? read_breaker_state(row) : BreakerState{};
}

void BreakerStore::set_state(const BreakerState& state)
{
    database_.run(
        "UPDATE upstream_breaker SET opened_at = ?, probe_at = ?, failed_probes = ?, probe_lease = ?, probe_sent_at = "
        "?",
        state.opened_at, state.probe_at, state.failed_probes, state.probe_lease, state.probe_sent_at);
}

std::string BreakerStore::origin_of(std::string_view told)
{
    auto row = database_.query("SELECT digest_key FROM upstream_breaker");
    return Digester{row.next() ? row.text() : ""}.add(told).hex();
}

bool BreakerStore::has_failures() { return database_.query("SELECT 1 FROM upstream_failures LIMIT 1").next(); }

std::vector<RecordedFailure> BreakerStore::failures()
{
    std::vector<RecordedFailure> all;
    auto rows = database_.query(
        "SELECT account_id, unreached, failed_at, was_error, ban_until, request, doubted, origin "
        "FROM upstream_failures ORDER BY id");
    while (rows.next()) {
        all.push_back({.failure = {.request = rows.text("request"),
                                   .origin = rows.text("origin"),
                                   .account = rows.integer("account_id"),
                                   .unreached = rows.boolean("unreached"),
                                   .at = rows.time("failed_at")},
                       .was_error = rows.boolean("was_error"),
                       .contradicted = rows.boolean("doubted"),
                       .ban_until = rows.optional_time("ban_until")});
    }
    return all;
}

void BreakerStore::add_failure(const RecordedFailure& recorded)
{
    database_.run("DELETE FROM upstream_failures WHERE failed_at < ?", recorded.failure.at - memory);
    database_.run(
        "INSERT INTO upstream_failures (request, origin, account_id, unreached, failed_at, was_error, ban_until) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        recorded.failure.request, recorded.failure.origin, recorded.failure.account, recorded.failure.unreached,
        recorded.failure.at, recorded.was_error, recorded.ban_until);
}

void BreakerStore::record_success(Time sent_at)
{
    database_.run("DELETE FROM upstream_failures WHERE failed_at <= ?", sent_at);
    database_.run("UPDATE upstream_failures SET doubted = TRUE WHERE NOT doubted");
}

void BreakerStore::forget_consequences(std::string_view origin)
{
    database_.run("UPDATE upstream_failures SET was_error = FALSE, ban_until = NULL WHERE origin = ?", origin);
}

void BreakerStore::clear_failures() { database_.run("DELETE FROM upstream_failures"); }

}  // namespace dreamina
