#include "core/storage/stores/lease_store.hpp"

#include "core/storage/log/request_facts.hpp"

namespace dreamina {
namespace {

std::vector<LeaseId> ids(Query query)
{
    std::vector<LeaseId> all;
    while (query.next()) all.push_back(query.integer(0));
    return all;
}

/// The row's columns in the order of the statements below.
std::optional<LeaseRow> read_lease(LeaseId id, Query& row)
{
    if (!row.next()) return std::nullopt;
    return LeaseRow{.id = id,
                    .account = row.integer(0),
                    .model = row.text(1),
                    .count_epoch = row.integer(2),
                    .reserved_at = row.time(3),
                    .worker = row.text(4),
                    .attempt = static_cast<int>(row.integer(5)),
                    .key_call = read_key_call(row, 6)};
}

}  // namespace

std::optional<KeyCall> read_key_call(const Query& row, int at)
{
    if (row.is_null(at)) return std::nullopt;
    return KeyCall{.key = row.integer(at), .counted_at = row.optional_time(at + 1)};
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
    auto row = database_.query(
        "DELETE FROM leases WHERE id = ? RETURNING account_id, model, count_epoch, reserved_at, worker, attempt, "
        "api_key_id, call_counted_at",
        id);
    auto lease = read_lease(id, row);
    row.finish();
    return lease;
}

std::optional<LeaseRow> LeaseStore::find(LeaseId id)
{
    auto row = database_.query(
        "SELECT account_id, model, count_epoch, reserved_at, worker, attempt, api_key_id, call_counted_at FROM leases "
        "WHERE id = ?",
        id);
    return read_lease(id, row);
}

std::optional<LeasedRequest> LeaseStore::request_of(LeaseId id)
{
    auto row = database_.query(
        "SELECT l.request_id, l.began_at, l.method, l.path, l.model_asked, l.api_key_id, l.bytes_in, l.upstream_ms, "
        "a.region FROM leases l JOIN accounts a ON a.id = l.account_id WHERE l.id = ?",
        id);
    if (!row.next()) return std::nullopt;
    return LeasedRequest{.facts = read_facts(row, 0), .region = parse_region(row.text(8))};
}

std::vector<LeaseId> LeaseStore::expired(Time now)
{
    return ids(database_.query("SELECT id FROM leases WHERE expires_at <= ?", now));
}

std::vector<LeaseId> LeaseStore::of_worker(std::string_view worker)
{
    return ids(database_.query("SELECT id FROM leases WHERE worker = ?", worker));
}

std::vector<std::string> LeaseStore::workers()
{
    std::vector<std::string> all;
    auto query = database_.query("SELECT DISTINCT worker FROM leases");
    while (query.next()) all.push_back(query.text(0));
    return all;
}

UseStep LeaseStore::next_step()
{
    auto row = database_.query(
        "UPDATE pool_state SET reserve_seq = reserve_seq + 1 RETURNING reserve_seq, applied_concurrency");
    row.next();
    const UseStep step{.sequence = row.integer(0), .max_concurrency = row.integer(1)};
    row.finish();
    return step;
}

std::int64_t LeaseStore::max_concurrency()
{
    auto row = database_.query("SELECT applied_concurrency FROM pool_state");
    row.next();
    return row.integer(0);
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
    return row.integer(0);
}

void LeaseStore::begin_count_epoch() { database_.run("UPDATE pool_state SET count_epoch = count_epoch + 1"); }

}  // namespace dreamina
