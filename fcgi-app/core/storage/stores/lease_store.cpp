#include "core/storage/stores/lease_store.hpp"

#include <fmt/format.h>

#include "core/storage/engine/json_rows.hpp"
#include "core/storage/engine/value_rows.hpp"
#include "core/storage/log/request_facts.hpp"

namespace dreamina {
namespace {

LeaseRow read_lease(const Query& row)
{
    return {.id = row.integer("id"),
            .account = row.integer("account_id"),
            .model = row.text("model"),
            .count_epoch = row.integer("count_epoch"),
            .reserved_at = row.time("reserved_at"),
            .worker = row.text("worker"),
            .attempt = static_cast<int>(row.integer("attempt")),
            .key_call = read_key_call(row)};
}

}  // namespace

std::optional<KeyCall> read_key_call(const Query& row)
{
    const auto key = row.optional_integer("api_key_id");
    if (!key) return std::nullopt;
    return KeyCall{.key = *key, .counted_at = row.optional_time("call_counted_at")};
}

std::optional<ApiKeyId> stored_key(const std::optional<KeyCall>& key_call, const RequestFacts& request)
{
    return key_call ? std::optional{key_call->key} : request.api_key;
}

void LeaseStore::add(std::span<const NewLease> leases)
{
    ValueRows rows;
    for (const NewLease& lease : leases) {
        const RequestFacts& request = lease.request;
        rows.add(lease.id, lease.account, lease.model, lease.worker, lease.reserved_at, lease.expires_at,
                 lease.count_epoch, request.id, lease.attempt, request.began_at, request.method, request.path,
                 request.model_asked, request.bytes_in, request.upstream_took, stored_key(lease.key_call, request),
                 lease.key_call ? lease.key_call->counted_at : std::nullopt);
    }
    rows.insert(database_,
                "INSERT INTO leases (id, account_id, model, worker, reserved_at, expires_at, count_epoch, request_id, "
                "attempt, began_at, method, path, model_asked, bytes_in, upstream_ms, api_key_id, call_counted_at) "
                "VALUES",
                "", [](const Query&) {});
}

std::vector<LeaseRow> LeaseStore::find(std::span<const LeaseId> leases)
{
    static const std::string sql = fmt::format(
        "SELECT id, account_id, model, count_epoch, reserved_at, worker, attempt, api_key_id, call_counted_at "
        "FROM leases WHERE id IN {}",
        numbers_sql());
    std::vector<LeaseRow> found;
    if (leases.empty()) return found;
    auto rows = database_.query(sql, json_list(leases));
    while (rows.next()) found.push_back(read_lease(rows));
    return found;
}

void LeaseStore::remove(std::span<const LeaseId> leases)
{
    static const std::string sql = fmt::format("DELETE FROM leases WHERE id IN {}", numbers_sql());
    if (!leases.empty()) database_.run(sql, json_list(leases));
}

std::optional<LeasedRequest> LeaseStore::request_of(LeaseId id)
{
    auto row = database_.query(
        "SELECT l.request_id, l.began_at, l.method, l.path, l.model_asked, l.api_key_id, l.bytes_in, l.upstream_ms, "
        "a.region FROM leases l JOIN accounts a ON a.id = l.account_id WHERE l.id = ?",
        id);
    if (!row.next()) return std::nullopt;
    return LeasedRequest{.facts = read_facts(row), .region = parse_region(row.text("region"))};
}

std::vector<LeaseId> LeaseStore::expired(Time now)
{
    return read_ids(database_.query("SELECT id FROM leases WHERE expires_at <= ?", now));
}

std::vector<LeaseId> LeaseStore::of_worker(std::string_view worker)
{
    return read_ids(database_.query("SELECT id FROM leases WHERE worker = ?", worker));
}

std::vector<std::string> LeaseStore::workers()
{
    return read_texts(database_.query("SELECT DISTINCT worker FROM leases"));
}

std::int64_t LeaseStore::max_concurrency()
{
    auto row = database_.query("SELECT applied_concurrency FROM pool_state");
    row.next();
    return row.integer();
}

void LeaseStore::set_max_concurrency(std::int64_t limit)
{
    database_.run("UPDATE pool_state SET applied_concurrency = ?", limit);
}

void LeaseStore::set_cn_points(bool matter)
{
    database_.run("UPDATE pool_state SET cn_points = ?1 WHERE cn_points <> ?1", matter);
}

void LeaseStore::begin_count_epoch() { database_.run("UPDATE pool_state SET count_epoch = count_epoch + 1"); }

}  // namespace dreamina
