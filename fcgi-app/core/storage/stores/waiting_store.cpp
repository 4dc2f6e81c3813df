#include "core/storage/stores/waiting_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/storage/engine/json_rows.hpp"
#include "core/storage/log/request_facts.hpp"

namespace dreamina {
namespace {

/// The same for two requests if whatever account can serve the one can serve the other.
std::string wants_of(const WaitingRequest& request)
{
    const ModelRule& rule = request.rule;
    return fmt::format("{}/{}/{}/{}/{}/{}", int{rule.regions}, rule.needs_points, rule.limit_bit.value_or(-1),
                       rule.daily_limit.value_or(-1), json_list(request.tried), rule.id);
}

std::vector<AccountId> read_tried(Database& database, const std::string& list)
{
    return read_ids(database.query("SELECT value FROM json_each(?)", list));
}

/// Of a DELETE … RETURNING ticket, lease_id, api_key_id, call_counted_at.
std::vector<RemovedWaiter> read_left(Query rows)
{
    std::vector<RemovedWaiter> left;
    while (rows.next()) {
        left.push_back({.ticket = rows.integer("ticket"),
                        .lease = rows.optional_integer("lease_id"),
                        .key_call = read_key_call(rows)});
    }
    return left;
}

constexpr std::string_view select_waiting =
    "SELECT ticket, worker, model, regions, needs_points, daily_limit, limit_bit, tried, lease_for, "
    "request_id, began_at, method, path, model_asked, api_key_id, bytes_in, upstream_ms, "
    "call_counted_at FROM waiting ";

WaitingRequest read_waiting(Database& database, const Query& row)
{
    WaitingRequest request;
    request.ticket = row.integer("ticket");
    request.worker = row.text("worker");
    request.rule = {.id = row.text("model"),
                    .regions = static_cast<RegionSet>(row.integer("regions")),
                    .needs_points = row.boolean("needs_points"),
                    .daily_limit = row.optional_integer("daily_limit")};
    if (const auto bit = row.optional_integer("limit_bit")) request.rule.limit_bit = static_cast<int>(*bit);
    request.tried = read_tried(database, row.text("tried"));
    request.lease_for = milliseconds{row.integer("lease_for")};
    request.request = read_facts(row);
    request.key_call = read_key_call(row);
    return request;
}

}  // namespace

void WaitingStore::add(std::span<const WaitingRequest> requests)
{
    static const std::string sql = fmt::format(
        "INSERT INTO waiting (ticket, worker, wants, model, regions, needs_points, daily_limit, limit_bit, tried, "
        "lease_for, request_id, began_at, method, path, model_asked, bytes_in, upstream_ms, api_key_id, "
        "call_counted_at) SELECT * FROM {} AS r",
        rows_sql({"ticket BIGINT", "worker TEXT", "wants TEXT", "model TEXT", "regions BIGINT", "needs_points BOOLEAN",
                  "daily_limit BIGINT", "limit_bit BIGINT", "tried TEXT", "lease_for BIGINT", "request TEXT",
                  "began_at BIGINT", "method TEXT", "path TEXT", "model_asked TEXT", "bytes_in BIGINT",
                  "upstream_ms BIGINT", "api_key BIGINT", "counted_at BIGINT"}));
    if (requests.empty()) return;
    JsonRows rows;
    for (const WaitingRequest& request : requests) {
        const ModelRule& rule = request.rule;
        const RequestFacts& facts = request.request;
        rows.add(request.ticket, request.worker, wants_of(request), rule.id, rule.regions, rule.needs_points,
                 rule.daily_limit, rule.limit_bit, json_list(request.tried), request.lease_for, facts.id,
                 facts.began_at, facts.method, facts.path, facts.model_asked, facts.bytes_in, facts.upstream_took,
                 stored_key(request.key_call, facts), request.key_call ? request.key_call->counted_at : std::nullopt);
    }
    database_.run(sql, rows.text());
}

std::vector<std::string> WaitingStore::wants()
{
    // Hops over the index, as there may be thousands of requests that want the same.
    return read_texts(
        database_.query("WITH RECURSIVE kinds(kind) AS ("
                        "  SELECT min(wants) FROM waiting WHERE lease_id IS NULL"
                        "  UNION ALL"
                        "  SELECT (SELECT min(wants) FROM waiting WHERE lease_id IS NULL AND wants > kind) FROM kinds"
                        "  WHERE kind IS NOT NULL) "
                        "SELECT kind FROM kinds WHERE kind IS NOT NULL"));
}

std::vector<WaitingRequest> WaitingStore::first(std::string_view wants, Ticket behind, std::int64_t limit)
{
    static const std::string sql =
        std::string{select_waiting} + "WHERE wants = ? AND lease_id IS NULL AND ticket > ? ORDER BY ticket LIMIT ?";
    std::vector<WaitingRequest> found;
    auto rows = database_.query(sql, wants, behind, limit);
    while (rows.next()) found.push_back(read_waiting(database_, rows));
    return found;
}

std::vector<WaitingRequest> WaitingStore::of_worker(std::string_view worker)
{
    static const std::string sql = std::string{select_waiting} + "WHERE worker = ? ORDER BY ticket";
    std::vector<WaitingRequest> all;
    auto rows = database_.query(sql, worker);
    while (rows.next()) all.push_back(read_waiting(database_, rows));
    return all;
}

void WaitingStore::give(std::span<const GivenLease> leases)
{
    static const std::string sql =
        fmt::format("UPDATE waiting SET lease_id = r.lease FROM {} AS r WHERE waiting.ticket = r.ticket",
                    rows_sql({"ticket BIGINT", "lease BIGINT"}));
    if (leases.empty()) return;
    JsonRows rows;
    for (const GivenLease& given : leases) rows.add(given.ticket, given.lease);
    database_.run(sql, rows.text());
}

std::vector<GivenLease> WaitingStore::given_to(std::string_view worker)
{
    std::vector<GivenLease> all;
    auto rows = database_.query(
        "SELECT ticket, lease_id FROM waiting WHERE worker = ? AND lease_id IS NOT NULL ORDER BY ticket", worker);
    while (rows.next()) all.push_back({.ticket = rows.integer("ticket"), .lease = rows.integer("lease_id")});
    return all;
}

std::vector<GivenLease> WaitingStore::take_given(std::string_view worker)
{
    std::vector<GivenLease> all;
    auto rows = database_.query(
        "DELETE FROM waiting WHERE worker = ? AND lease_id IS NOT NULL RETURNING ticket, lease_id", worker);
    while (rows.next()) all.push_back({.ticket = rows.integer("ticket"), .lease = rows.integer("lease_id")});
    std::sort(all.begin(), all.end(), [](const GivenLease& a, const GivenLease& b) { return a.ticket < b.ticket; });
    return all;
}

std::vector<RemovedWaiter> WaitingStore::remove(std::span<const Ticket> tickets)
{
    static const std::string sql =
        fmt::format("DELETE FROM waiting WHERE ticket IN {} RETURNING ticket, lease_id, api_key_id, call_counted_at",
                    numbers_sql());
    if (tickets.empty()) return {};
    return read_left(database_.query(sql, json_list(tickets)));
}

std::vector<RemovedWaiter> WaitingStore::remove_all(std::string_view wants, std::string_view worker)
{
    return read_left(
        database_.query("DELETE FROM waiting WHERE wants = ? AND worker = ? AND lease_id IS NULL "
                        "RETURNING ticket, lease_id, api_key_id, call_counted_at",
                        wants, worker));
}

std::vector<RemovedWaiter> WaitingStore::remove_all_of(std::string_view worker)
{
    return read_left(database_.query(
        "DELETE FROM waiting WHERE worker = ? RETURNING ticket, lease_id, api_key_id, call_counted_at", worker));
}

std::vector<std::string> WaitingStore::workers()
{
    return read_texts(database_.query("SELECT DISTINCT worker FROM waiting"));
}

}  // namespace dreamina
