#include "core/storage/stores/api_key_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/storage/engine/insert.hpp"
#include "core/storage/engine/json_rows.hpp"

namespace dreamina {
namespace {

constexpr char id_separator = '\n';  // no id holds one: it is a control character

std::string join(const std::vector<std::string>& models)
{
    return fmt::format("{}", fmt::join(models, std::string_view{&id_separator, 1}));
}

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> models;
    while (!text.empty()) {
        const auto end = text.find(id_separator);
        models.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return models;
}

std::string_view async_mode(const ApiKey& key) { return key.is_always_async ? async_always : async_optional; }

constexpr std::string_view store_by_setting = "default";

std::string_view store_mode(const ApiKey& key)
{
    return key.store_results ? to_string(*key.store_results) : store_by_setting;
}

constexpr std::string_view status_columns =
    "calls_per_day, calls_per_minute, concurrency, expires_at, revoked_at, day, day_calls, minute, minute_calls, "
    "calls, in_flight, last_used_at";

ApiKeyStatus read_status(const Query& row)
{
    return {.limits = {.calls_per_day = row.optional_integer("calls_per_day"),
                       .calls_per_minute = row.optional_integer("calls_per_minute"),
                       .concurrency = row.optional_integer("concurrency")},
            .expires_at = row.optional_time("expires_at"),
            .revoked_at = row.optional_time("revoked_at"),
            .use = {.day = {.begins = row.time("day"), .calls = row.integer("day_calls")},
                    .minute = {.begins = row.time("minute"), .calls = row.integer("minute_calls")},
                    .total = row.integer("calls"),
                    .in_flight = row.integer("in_flight"),
                    .last_used_at = row.optional_time("last_used_at")}};
}

ApiKey read_key(const Query& row)
{
    return {.id = row.integer("id"),
            .name = row.text("name"),
            .prefix = row.text("prefix"),
            .models = split(row.text("models")),
            .keep_alive_blanks = row.optional_integer("keep_alive_blanks"),
            .is_always_async = row.text("async_mode") == async_always,
            .store_results = parse_store_mode(row.text("store_results")),
            .storage_gb = row.optional_integer("storage_gb"),
            .created_at = row.time("created_at"),
            .status = read_status(row)};
}

std::string select_keys(std::string_view rest)
{
    return fmt::format(
        "SELECT digest, id, name, prefix, models, keep_alive_blanks, async_mode, store_results, storage_gb, "
        "created_at, "
        "{} FROM api_keys WHERE deleted_at IS NULL {}",
        status_columns, rest);
}

/// The state is bound as ?1 with `now` as ?2, in step with state_of(); the part of a name as ?3.
constexpr std::string_view that_fit =
    "AND (CAST(?1 AS TEXT) IS NULL OR ?1 = CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= ?2 THEN "
    "'expired' "
    "ELSE 'active' END) AND (?3 = '' OR instr(lower(name), lower(?3)) > 0 OR instr(lower(prefix), lower(?3)) > 0)";

}  // namespace

ApiKeyPage ApiKeyStore::list(const ApiKeyFilter& filter, std::int64_t page, std::int64_t size, Time now)
{
    static const std::string count_sql =
        fmt::format("SELECT count(*) FROM api_keys WHERE deleted_at IS NULL {}", that_fit);
    static const std::string list_sql = select_keys(fmt::format("{} ORDER BY id DESC LIMIT ?4 OFFSET ?5", that_fit));
    const auto state = filter.state ? std::optional{to_string(*filter.state)} : std::nullopt;
    ApiKeyPage found;
    auto count = database_.query(count_sql, state, now, filter.name_part);
    count.next();
    found.total = count.integer();
    auto rows = database_.query(list_sql, state, now, filter.name_part, size, (page - 1) * size);
    while (rows.next()) found.items.push_back(read_key(rows));
    return found;
}

std::optional<ApiKey> ApiKeyStore::find(ApiKeyId id)
{
    static const std::string sql = select_keys("AND id = ?");
    auto row = database_.query(sql, id);
    return row.next() ? std::optional{read_key(row)} : std::nullopt;
}

std::optional<ApiKeyId> ApiKeyStore::owner_of(std::string_view name)
{
    auto row = database_.query("SELECT id FROM api_keys WHERE name = ? AND revoked_at IS NULL", name);
    return row.next() ? std::optional{row.integer()} : std::nullopt;
}

std::optional<std::string> ApiKeyStore::name_of(ApiKeyId id)
{
    auto row = database_.query("SELECT name FROM api_keys WHERE id = ?", id);
    return row.next() ? std::optional{row.text()} : std::nullopt;
}

ApiKeyId ApiKeyStore::add(const ApiKey& key, std::string_view digest, Time now)
{
    const ApiKeyLimits& limits = key.status.limits;
    const ApiKeyId id = insert_row(
        database_,
        "INSERT INTO api_keys (name, prefix, digest, models, calls_per_day, calls_per_minute, concurrency, created_at, "
        "updated_at, expires_at, keep_alive_blanks, async_mode, store_results, storage_gb) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, ?13) RETURNING id",
        key.name, key.prefix, digest, join(key.models), limits.calls_per_day, limits.calls_per_minute,
        limits.concurrency, now, key.status.expires_at, key.keep_alive_blanks, async_mode(key), store_mode(key),
        key.storage_gb);
    note_change();
    return id;
}

void ApiKeyStore::change(const ApiKey& key, Time now)
{
    const ApiKeyLimits& limits = key.status.limits;
    database_.run(
        "UPDATE api_keys SET name = ?2, models = ?3, calls_per_day = ?4, calls_per_minute = ?5, concurrency = ?6, "
        "expires_at = ?7, updated_at = ?8, keep_alive_blanks = ?9, async_mode = ?10, store_results = ?11, storage_gb "
        "= ?12 WHERE id = ?1",
        key.id, key.name, join(key.models), limits.calls_per_day, limits.calls_per_minute, limits.concurrency,
        key.status.expires_at, now, key.keep_alive_blanks, async_mode(key), store_mode(key), key.storage_gb);
    note_change();
}

void ApiKeyStore::revoke(ApiKeyId id, Time now)
{
    database_.run("UPDATE api_keys SET revoked_at = ?2, updated_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", id, now);
    note_change();
}

void ApiKeyStore::remove(ApiKeyId id, Time now)
{
    database_.run(
        "UPDATE api_keys SET digest = NULL, webhook_secret = NULL, webhook_secret_old = NULL, deleted_at = ?2, "
        "updated_at "
        "= ?2 WHERE id = ?1",
        id, now);
    note_change();
}

std::int64_t ApiKeyStore::version()
{
    auto row = database_.query("SELECT version FROM api_key_changes");
    row.next();
    return row.integer();
}

void ApiKeyStore::note_change() { database_.run("UPDATE api_key_changes SET version = version + 1"); }

std::vector<std::pair<std::string, ApiKey>> ApiKeyStore::all_by_digest()
{
    static const std::string sql = select_keys("");
    std::vector<std::pair<std::string, ApiKey>> all;
    auto rows = database_.query(sql);
    while (rows.next()) all.emplace_back(rows.text("digest"), read_key(rows));
    return all;
}

std::map<ApiKeyId, ApiKeyStatus> ApiKeyStore::statuses(std::span<const ApiKeyId> keys)
{
    static const std::string sql =
        fmt::format("SELECT id, {} FROM api_keys WHERE id IN {} AND deleted_at IS NULL", status_columns, numbers_sql());
    std::map<ApiKeyId, ApiKeyStatus> found;
    auto rows = database_.query(sql, json_list(keys));
    while (rows.next()) found.emplace(rows.integer("id"), read_status(rows));
    return found;
}

void ApiKeyStore::set_uses(const std::map<ApiKeyId, ApiKeyUse>& uses)
{
    static const std::string sql = fmt::format(
        "UPDATE api_keys SET calls = r.calls, day = r.day, day_calls = r.day_calls, minute = r.minute, "
        "minute_calls = r.minute_calls, last_used_at = r.last_used_at FROM {} AS r WHERE api_keys.id = r.key",
        rows_sql({"key BIGINT", "calls BIGINT", "day BIGINT", "day_calls BIGINT", "minute BIGINT",
                  "minute_calls BIGINT", "last_used_at BIGINT"}));
    JsonRows rows;
    for (const auto& [key, use] : uses) {
        rows.add(key, use.total, use.day.begins, use.day.calls, use.minute.begins, use.minute.calls, use.last_used_at);
    }
    if (!rows.empty()) database_.run(sql, rows.text());
}

}  // namespace dreamina
