#include "core/storage/stores/lease_store.hpp"

#include <fmt/format.h>

#include "core/storage/log/request_facts.hpp"

namespace dreamina {
namespace {

constexpr std::string_view lease_columns =
    "account_id, model, count_epoch, reserved_at, worker, attempt, api_key_id, call_counted_at, "
    "(SELECT deleted_at IS NOT NULL FROM accounts a WHERE a.id = account_id) AS account_deleted";

std::optional<LeaseRow> read_lease(LeaseId id, Query& row)
{
    if (!row.next()) return std::nullopt;
    return LeaseRow{.id = id,
                    .account = row.integer("account_id"),
                    .model = row.text("model"),
                    .count_epoch = row.integer("count_epoch"),
                    .reserved_at = row.time("reserved_at"),
                    .worker = row.text("worker"),
                    .attempt = static_cast<int>(row.integer("attempt")),
                    .key_call = read_key_call(row),
                    .account_deleted = row.boolean("account_deleted")};
}

}  // namespace

std::optional<KeyCall> read_key_call(const Query& row)
{
    const auto key = row.optional_integer("api_key_id");
    if (!key) return std::nullopt;
    return KeyCall{.key = *key, .counted_at = row.optional_time("call_counted_at")};
}

LeaseId LeaseStore::add(AccountId account, std::string_view model, std::string_view worker, Time now, Time expires_at,
                        const RequestFacts& request, int attempt, const std::optional<KeyCall>& key_call)
{
    database_.run(
        "INSERT INTO leases (account_id, model, worker, reserved_at, expires_at, count_epoch, request_id, attempt, "
        "began_at, method, path, model_asked, bytes_in, upstream_ms, api_key_id, call_counted_at) "
        "VALUES (?, ?, ?, ?, ?, (SELECT count_epoch FROM pool_state), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        account, model, worker, now, expires_at, request.id, attempt, request.began_at, request.method, request.path,
        request.model_asked, request.bytes_in, std::int64_t{request.upstream_took.count()},
        key_call ? std::optional{key_call->key} : request.api_key, key_call ? key_call->counted_at : std::nullopt);
    return database_.last_insert_id();
}

std::optional<LeaseRow> LeaseStore::take(LeaseId id)
{
    static const std::string sql = fmt::format("DELETE FROM leases WHERE id = ? RETURNING {}", lease_columns);
    auto row = database_.query(sql, id);
    auto lease = read_lease(id, row);
    row.finish();
    return lease;
}

std::optional<LeaseRow> LeaseStore::find(LeaseId id)
{
    static const std::string sql = fmt::format("SELECT {} FROM leases WHERE id = ?", lease_columns);
    auto row = database_.query(sql, id);
    return read_lease(id, row);
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

UseStep LeaseStore::next_step()
{
    auto row = database_.query(
        "UPDATE pool_state SET reserve_seq = reserve_seq + 1 RETURNING reserve_seq, applied_concurrency");
    row.next();
    const UseStep step{.sequence = row.integer("reserve_seq"), .max_concurrency = row.integer("applied_concurrency")};
    row.finish();
    return step;
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

std::int64_t LeaseStore::count_epoch()
{
    auto row = database_.query("SELECT count_epoch FROM pool_state");
    row.next();
    return row.integer();
}

void LeaseStore::begin_count_epoch() { database_.run("UPDATE pool_state SET count_epoch = count_epoch + 1"); }

}  // namespace dreamina
