#include "core/storage/results/result_store.hpp"

#include <fmt/format.h>

#include "core/base/time_ordered_id.hpp"
#include "core/storage/accounts/account_secrets.hpp"
#include "core/storage/accounts/encryption_store.hpp"
#include "core/storage/engine/json_rows.hpp"

namespace dreamina {
namespace {

constexpr Column source_column{"source_url"};

constexpr std::string_view result_columns =
    "id, request_id, generation_id, api_key_id, account_id, model, position, source_url, source_host, source_until, "
    "state, media, mime, bytes, width, height, sha256, is_pinned, created_at, expires_at, attempts, next_at, "
    "last_error";

std::string place_of_source(std::string_view id) { return fmt::format("results/{}/source_url", id); }

StoredResult read_result(Database& database, const Query& row)
{
    StoredResult result{.id = row.text("id"),
                        .request_id = row.text("request_id"),
                        .generation_id = row.optional_text("generation_id"),
                        .api_key = row.integer("api_key_id"),
                        .account = row.optional_integer("account_id"),
                        .model = row.text("model"),
                        .position = row.integer("position"),
                        .source_url = {},
                        .source_host = row.text("source_host"),
                        .source_until = row.optional_time("source_until"),
                        .state = parse_result_state(row.text("state")).value_or(ResultState::failed),
                        .media = parse_result_media(row.optional_text("media").value_or("")),
                        .mime = row.optional_text("mime").value_or(""),
                        .bytes = row.optional_integer("bytes"),
                        .width = row.optional_integer("width"),
                        .height = row.optional_integer("height"),
                        .sha256 = row.optional_text("sha256").value_or(""),
                        .is_pinned = row.boolean("is_pinned"),
                        .created_at = row.time("created_at"),
                        .expires_at = row.time("expires_at"),
                        .attempts = row.integer("attempts"),
                        .next_at = row.time("next_at"),
                        .last_error = row.message("last_error")};
    result.source_url = open_secret(database, row.stored_text(source_column), place_of_source(result.id));
    return result;
}

std::vector<ResultToEvict> read_evictable(Query rows)
{
    std::vector<ResultToEvict> found;
    while (rows.next())
        found.push_back(
            {rows.text("id"), rows.optional_integer("bytes").value_or(0), rows.optional_text("sha256").value_or("")});
    return found;
}

}  // namespace

std::optional<StoredResult> ResultStore::find(std::string_view id)
{
    static const std::string sql = fmt::format("SELECT {} FROM results WHERE id = ?", result_columns);
    auto row = database_.query(sql, id);
    return row.next() ? std::optional{read_result(database_, row)} : std::nullopt;
}

std::optional<StoredResult> ResultStore::first_stored(std::string_view request_id)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM results WHERE request_id = ? AND state = 'stored' ORDER BY position LIMIT 1", result_columns);
    auto row = database_.query(sql, request_id);
    return row.next() ? std::optional{read_result(database_, row)} : std::nullopt;
}

bool ResultStore::has_pending(std::string_view id)
{
    return database_.query("SELECT 1 AS found FROM results WHERE id = ? AND state = 'pending'", id).next();
}

bool ResultStore::names_file(std::string_view sha256)
{
    return database_.query("SELECT 1 AS found FROM results WHERE sha256 = ? AND state = 'stored' LIMIT 1", sha256)
        .next();
}

bool ResultStore::any_due(Time now)
{
    return database_.query("SELECT 1 AS found FROM results WHERE state = 'pending' AND next_at <= ? LIMIT 1", now)
        .next();
}

std::vector<StoredResult> ResultStore::due(Time now, std::span<const std::string> under_way,
                                           std::span<const std::string> without_hosts, std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM results WHERE state = 'pending' AND next_at <= ? AND id NOT IN (SELECT r.name FROM {} AS r) "
        "AND source_host NOT IN (SELECT h.name FROM {} AS h) ORDER BY next_at, id LIMIT ?",
        result_columns, rows_sql({"name TEXT"}), rows_sql({"name TEXT"}));
    JsonRows names;
    for (const std::string& id : under_way) names.add(id);
    JsonRows hosts;
    for (const std::string& host : without_hosts) hosts.add(host);
    std::vector<StoredResult> found;
    auto rows = database_.query(sql, now, names.text(), hosts.text(), limit);
    while (rows.next()) found.push_back(read_result(database_, rows));
    return found;
}

std::optional<std::string> ResultStore::email_of(std::int64_t account)
{
    auto row = database_.query("SELECT email FROM living_accounts WHERE id = ?", account);
    return row.next() ? std::optional{row.text()} : std::nullopt;
}

ResultStore::Totals ResultStore::totals(std::optional<std::int64_t> api_key)
{
    static const std::string of_all =
        "SELECT count(*) AS stored, CAST(coalesce(sum(bytes), 0) AS BIGINT) AS all_bytes FROM results WHERE state = "
        "'stored'";
    static const std::string of_one_key = of_all + " AND api_key_id = ?";
    auto row = api_key ? database_.query(of_one_key, *api_key) : database_.query(of_all);
    row.next();
    return {row.integer("stored"), row.integer("all_bytes")};
}

std::vector<ResultStore::StateCount> ResultStore::counts()
{
    std::vector<StateCount> found;
    auto rows = database_.query(
        "SELECT 'pending' AS state, count(*) AS results FROM results WHERE state = 'pending' UNION ALL "
        "SELECT 'stored', count(*) FROM results WHERE state = 'stored' UNION ALL "
        "SELECT 'failed', count(*) FROM results WHERE state = 'failed'");
    while (rows.next())
        if (const auto state = parse_result_state(rows.text("state")))
            found.push_back({*state, rows.integer("results")});
    return found;
}

bool ResultStore::is_wanted_by_a_key()
{
    return database_
        .query(
            "SELECT 1 AS found FROM api_keys WHERE store_results IN ('copy', 'rewrite') AND revoked_at IS NULL AND "
            "deleted_at IS NULL LIMIT 1")
        .next();
}

std::vector<ResultStore::Quota> ResultStore::quotas()
{
    std::vector<Quota> found;
    auto rows = database_.query("SELECT id, storage_gb FROM api_keys WHERE storage_gb IS NOT NULL ORDER BY id");
    while (rows.next()) found.push_back({rows.integer("id"), rows.integer("storage_gb")});
    return found;
}

std::vector<ResultToEvict> ResultStore::evictable(std::optional<std::int64_t> api_key, std::int64_t limit)
{
    // One statement for both would be served by no index that knows the key.
    if (!api_key)
        return read_evictable(database_.query(
            "SELECT id, bytes, sha256 FROM results WHERE state = 'stored' AND NOT is_pinned ORDER BY id LIMIT ?",
            limit));
    return read_evictable(database_.query(
        "SELECT id, bytes, sha256 FROM results WHERE state = 'stored' AND NOT is_pinned AND api_key_id = ? ORDER BY id "
        "LIMIT ?",
        *api_key, limit));
}

std::vector<ResultToEvict> ResultStore::expired(Time now, std::int64_t limit)
{
    return read_evictable(
        database_.query("SELECT id, bytes, sha256 FROM results WHERE state <> 'expired' AND NOT is_pinned AND "
                        "expires_at <= ? ORDER BY expires_at, id LIMIT ?",
                        now, limit));
}

void ResultStore::add(const StoredResult& result)
{
    const StoredText source = SecretWriter{database_}.stored(place_of_source(result.id), result.source_url);
    database_.run(
        "INSERT INTO results (id, request_id, generation_id, api_key_id, account_id, model, position, source_url, "
        "source_host, source_until, state, created_at, expires_at, attempts, next_at, last_error) VALUES (?1, ?2, ?3, "
        "?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        result.id, result.request_id, result.generation_id, result.api_key, result.account, result.model,
        result.position, source, result.source_host, result.source_until, to_string(result.state), result.created_at,
        result.expires_at, result.attempts, result.next_at, result.last_error);
}

bool ResultStore::record_stored(std::string_view id, const ResultFile& file)
{
    const auto width = file.size ? std::optional{file.size->width} : std::nullopt;
    const auto height = file.size ? std::optional{file.size->height} : std::nullopt;
    return database_.run(
               "UPDATE results SET state = 'stored', media = ?2, mime = ?3, bytes = ?4, width = ?5, height = ?6, "
               "sha256 = ?7, attempts = attempts + 1, last_error = NULL WHERE id = ?1 AND state = 'pending'",
               id, to_string(file.media), file.mime, file.bytes, width, height, file.sha256) > 0;
}

void ResultStore::record_failed(std::string_view id, std::optional<Time> next_at, const Message& error)
{
    database_.run(
        "UPDATE results SET state = ?2, attempts = attempts + 1, next_at = coalesce(?3, next_at), last_error = ?4 "
        "WHERE id = ?1 AND state = 'pending'",
        id, to_string(next_at ? ResultState::pending : ResultState::failed), next_at, error);
}

void ResultStore::postpone(std::string_view id, Time next_at, const Message& why)
{
    database_.run("UPDATE results SET next_at = ?2, last_error = ?3 WHERE id = ?1 AND state = 'pending'", id, next_at,
                  why);
}

void ResultStore::set_pinned(std::string_view id, bool is_pinned, Time expires_at)
{
    database_.run("UPDATE results SET is_pinned = ?2, expires_at = ?3 WHERE id = ?1 AND state = 'stored'", id,
                  is_pinned, expires_at);
}

void ResultStore::fetch_again(std::string_view id, Time now)
{
    database_.run(
        "UPDATE results SET state = 'pending', attempts = 0, next_at = ?2, last_error = NULL WHERE id = ?1 AND state = "
        "'failed'",
        id, now);
}

void ResultStore::expire(std::string_view id, const Message& why)
{
    database_.run(
        "UPDATE results SET state = 'expired', last_error = ?2 WHERE id = ?1 AND state <> 'expired' AND NOT is_pinned",
        id, why);
}

void ResultStore::remove(std::string_view id) { database_.run("DELETE FROM results WHERE id = ?", id); }

int ResultStore::remove_ended_before(Time before, std::int64_t limit)
{
    return database_.run(
        "DELETE FROM results WHERE id IN (SELECT id FROM results WHERE id < ?1 AND state IN ('expired', 'failed') "
        "ORDER BY id LIMIT ?2)",
        first_id_of(before), limit);
}

std::optional<std::string> reencrypt_result_sources(Database& database, std::string_view after, std::int64_t limit)
{
    const auto encryption_state = EncryptionStore{database}.find();
    SecretWriter writer{database};
    struct Source {
        std::string id;
        StoredText stored;
    };
    std::vector<Source> others;
    std::optional<std::string> last;
    {
        auto rows = database.query(
            "SELECT id, source_url FROM results WHERE id > ? AND source_url IS NOT NULL ORDER BY id LIMIT ?", after,
            limit);
        while (rows.next()) {
            last = rows.text("id");
            const StoredText stored = rows.stored_text(source_column);
            const auto key = stored.is_blob && stored.content ? key_id_of(*stored.content) : std::nullopt;
            if (encryption_state ? key == encryption_state->key_id : !stored.is_blob) continue;
            const std::string place = place_of_source(*last);
            const auto url = open_secret(database, stored, place);
            if (url) others.push_back({*last, writer.stored(place, url)});
        }
    }
    for (const Source& source : others)
        database.run("UPDATE results SET source_url = ?2 WHERE id = ?1", source.id, source.stored);
    return last;
}

}  // namespace dreamina
