#include "core/storage/generations/generation_store.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/storage/engine/json_rows.hpp"
#include "core/storage/generations/idempotency_store.hpp"

namespace dreamina {
namespace {

/// Written as the index has it, so that it is used.
constexpr std::string_view is_open = "state IN ('queued', 'in_progress')";

/// Until when an ended one is kept: at least for as long as its Idempotency-Key holds.
std::string kept_until(std::string_view moment)
{
    return fmt::format(
        "coalesce((SELECT max(k.expires_at) FROM idempotency_keys AS k WHERE k.generation_id = generations.id AND "
        "k.expires_at > {0}), {0})",
        moment);
}

constexpr std::string_view generation_columns =
    "id, api_key_id, method, path, content_type, request_headers, model, shape, meta, body_file, body_bytes, "
    "body_hash, state, "
    "version, worker, sent_at, attempts, priority, created_at, start_by, ended_at, expires_at, status, answer_headers, "
    "answer_file, answer_bytes, error_code, outcome, cancel_at, webhook, retry_of";

Generation read_generation(const Query& row)
{
    return {.id = row.text("id"),
            .api_key = row.integer("api_key_id"),
            .method = row.text("method"),
            .target = row.text("path"),
            .content_type = row.optional_text("content_type").value_or(""),
            .request_headers = row.text("request_headers"),
            .model = row.text("model"),
            .shape = parse_generation_shape(row.text("shape")),
            .meta = row.optional_text("meta").value_or(""),
            .body_file = row.optional_text("body_file"),
            .body_bytes = row.integer("body_bytes"),
            .body_hash = row.text("body_hash"),
            .state = parse_generation_state(row.text("state")).value_or(GenerationState::failed),
            .version = row.integer("version"),
            .worker = row.optional_text("worker"),
            .sent_at = row.optional_time("sent_at"),
            .attempts = row.integer("attempts"),
            .priority = row.integer("priority"),
            .created_at = row.time("created_at"),
            .start_by = row.optional_time("start_by"),
            .ended_at = row.optional_time("ended_at"),
            .expires_at = row.optional_time("expires_at").value_or(Time{}),
            .status = row.optional_integer("status"),
            .answer_headers = row.optional_text("answer_headers").value_or("[]"),
            .answer_file = row.optional_text("answer_file"),
            .answer_bytes = row.optional_integer("answer_bytes").value_or(0),
            .error_code = row.optional_text("error_code").value_or(""),
            .outcome = row.optional_text("outcome").value_or(""),
            .cancel_at = row.optional_time("cancel_at"),
            .webhook = row.optional_text("webhook"),
            .retry_of = row.optional_text("retry_of")};
}

std::vector<Generation> read_generations(Query rows)
{
    std::vector<Generation> all;
    while (rows.next()) all.push_back(read_generation(rows));
    return all;
}

}  // namespace

void GenerationStore::add(const Generation& generation)
{
    database_.run(
        "INSERT INTO generations (id, api_key_id, method, path, content_type, request_headers, model, shape, meta, "
        "body_file, "
        "body_bytes, body_hash, state, worker, priority, created_at, start_by, expires_at, webhook, retry_of) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        generation.id, generation.api_key, generation.method, generation.target, null_if_empty(generation.content_type),
        generation.request_headers, generation.model, to_string(generation.shape), null_if_empty(generation.meta),
        generation.body_file, generation.body_bytes, generation.body_hash, to_string(generation.state),
        generation.worker, generation.priority, generation.created_at, generation.start_by, generation.expires_at,
        generation.webhook, generation.retry_of);
}

std::optional<Generation> GenerationStore::find(std::string_view id)
{
    static const std::string sql = fmt::format("SELECT {} FROM generations WHERE id = ?", generation_columns);
    auto row = database_.query(sql, id);
    return row.next() ? std::optional{read_generation(row)} : std::nullopt;
}

std::vector<Generation> GenerationStore::find_all(std::span<const std::string> ids)
{
    static const std::string sql =
        fmt::format("SELECT {} FROM generations WHERE id IN {} ORDER BY id", generation_columns, texts_sql());
    if (ids.empty()) return {};
    return read_generations(database_.query(sql, text_list(ids)));
}

bool GenerationStore::has(std::string_view id)
{
    return database_.query("SELECT 1 FROM generations WHERE id = ?", id).next();
}

std::vector<Generation> GenerationStore::list(const GenerationFilter& filter)
{
    static const auto select = [](std::string_view whose, std::string_view behind, std::string_view order) {
        return fmt::format(
            "SELECT {} FROM generations WHERE {} AND (CAST(?2 AS TEXT) IS NULL OR state = ?2) AND (CAST(?3 AS TEXT) IS "
            "NULL OR shape = ?3) AND (?4 = '' OR id {} ?4) ORDER BY id {} LIMIT ?5",
            generation_columns, whose, behind, order);
    };
    constexpr std::string_view of_one = "api_key_id = ?1";
    constexpr std::string_view of_any = "CAST(?1 AS BIGINT) IS NULL";
    static const std::string newest_of_key = select(of_one, "<", "DESC");
    static const std::string newest_of_all = select(of_any, "<", "DESC");
    static const std::string oldest_of_key = select(of_one, ">", "ASC");
    static const std::string oldest_of_all = select(of_any, ">", "ASC");
    const std::string& newest = filter.api_key ? newest_of_key : newest_of_all;
    const std::string& oldest = filter.api_key ? oldest_of_key : oldest_of_all;
    const auto state = filter.state ? std::optional{to_string(*filter.state)} : std::nullopt;
    const auto shape = filter.shape ? std::optional{to_string(*filter.shape)} : std::nullopt;
    return read_generations(database_.query(filter.oldest_first ? oldest : newest, filter.api_key, state, shape,
                                            filter.after, filter.limit));
}

std::vector<GenerationMark> GenerationStore::marks(std::span<const std::string> ids)
{
    static const std::string sql =
        fmt::format("SELECT id, state, version FROM generations WHERE id IN {}", texts_sql());
    std::vector<GenerationMark> found;
    if (ids.empty()) return found;
    auto rows = database_.query(sql, text_list(ids));
    while (rows.next()) {
        found.push_back({.id = rows.text("id"),
                         .state = parse_generation_state(rows.text("state")).value_or(GenerationState::failed),
                         .version = rows.integer("version")});
    }
    return found;
}

bool GenerationStore::remove(std::string_view id)
{
    const bool removed = database_.run("DELETE FROM generations WHERE id = ? AND ended_at IS NOT NULL", id) > 0;
    if (removed) IdempotencyStore{database_}.release(id);
    return removed;
}

GenerationStore::Queued GenerationStore::queued(std::int64_t api_key)
{
    static const std::string sql = fmt::format(
        "SELECT count(*) AS queued, coalesce(sum(CASE WHEN api_key_id = ? THEN 1 ELSE 0 END), 0) AS of_key FROM "
        "generations "
        "WHERE {} AND state = 'queued' AND body_file IS NOT NULL",
        is_open);
    auto row = database_.query(sql, api_key);
    row.next();
    return {.of_key = row.integer("of_key"), .all = row.integer("queued")};
}

std::int64_t GenerationStore::position(const Generation& generation)
{
    static const std::string sql = fmt::format(
        "SELECT count(*) FROM generations WHERE {} AND state = 'queued' AND model = ?1 AND (priority > ?2 OR "
        "(priority = ?2 AND id < ?3))",
        is_open);
    auto row = database_.query(sql, generation.model, generation.priority, generation.id);
    row.next();
    return row.integer();
}

std::vector<GenerationStore::Place> GenerationStore::queue()
{
    static const std::string sql = fmt::format(
        "SELECT model, priority, id FROM generations WHERE {} AND state = 'queued' ORDER BY priority DESC, id",
        is_open);
    std::vector<Place> all;
    auto rows = database_.query(sql);
    while (rows.next())
        all.push_back({.model = rows.text("model"), .priority = rows.integer("priority"), .id = rows.text("id")});
    return all;
}

std::vector<std::string> GenerationStore::begin(std::span<const BegunGeneration> begun, std::string_view worker,
                                                Time now)
{
    static const std::string sql = fmt::format(
        "UPDATE generations SET state = 'in_progress', lease_id = r.lease, sent_at = coalesce(sent_at, r.now), "
        "attempts = attempts + 1, version = version + CASE WHEN state = 'queued' THEN 1 ELSE 0 END FROM {} AS r "
        "WHERE generations.id = r.generation AND generations.{} AND generations.worker = r.of_worker "
        "RETURNING generations.id",
        rows_sql({"generation TEXT", "lease BIGINT", "now BIGINT", "of_worker TEXT"}), is_open);
    if (begun.empty()) return {};
    JsonRows rows;
    for (const BegunGeneration& each : begun) rows.add(each.id, each.lease, now, worker);
    return read_texts(database_.query(sql, rows.text()));
}

std::vector<std::string> GenerationStore::end(std::span<const GenerationEnd> ends, Time now)
{
    static const std::string sql = fmt::format(
        "UPDATE generations SET state = r.new_state, version = version + 1, ended_at = r.now, status = r.new_status, "
        "answer_headers = r.headers, answer_file = r.file, answer_bytes = r.bytes, error_code = r.code, "
        "outcome = r.new_outcome, expires_at = {} FROM {} AS r "
        "WHERE generations.id = r.generation AND generations.{} AND (r.of_worker = '' OR generations.worker = "
        "r.of_worker) "
        "RETURNING generations.id",
        kept_until("r.expires"),
        rows_sql({"generation TEXT", "of_worker TEXT", "new_state TEXT", "now BIGINT", "new_status BIGINT",
                  "headers TEXT", "file TEXT", "bytes BIGINT", "code TEXT", "new_outcome TEXT", "expires BIGINT"}),
        is_open);
    if (ends.empty()) return {};
    JsonRows rows;
    for (const GenerationEnd& each : ends) {
        const auto code = each.error_code.empty() ? std::nullopt : std::optional{each.error_code};
        rows.add(each.id, each.worker, to_string(each.state), now, each.status, each.answer_headers, each.answer_file,
                 each.answer_bytes, code, each.outcome, each.expires_at);
    }
    auto ended = read_texts(database_.query(sql, rows.text()));
    for (const GenerationEnd& each : ends) {
        // Another worker's: that one may have sent it.
        if (!each.worker.empty() && std::find(ended.begin(), ended.end(), each.id) == ended.end()) continue;
        if (each.frees_key) IdempotencyStore{database_}.release(each.id);
        if (each.is_forgotten) remove(each.id);
    }
    return ended;
}

bool GenerationStore::cancel(std::string_view id, Time now)
{
    const bool cancelled = database_.run(
                               "UPDATE generations SET state = 'cancelled', version = version + 1, ended_at = ?2, "
                               "cancel_at = ?2, outcome = 'client_gone', expires_at = ?2 + expires_at - created_at "
                               "WHERE id = ?1 AND state = 'queued'",
                               id, now) > 0;
    if (cancelled) IdempotencyStore{database_}.release(id);
    return cancelled;
}

bool GenerationStore::detach(std::string_view id, Time now)
{
    return database_.run(
               "UPDATE generations SET cancel_at = ?2, webhook = NULL, version = version + 1 WHERE id = ?1 AND "
               "state = 'in_progress' AND cancel_at IS NULL",
               id, now) > 0;
}

void GenerationStore::client_lost(std::string_view id, Time now)
{
    database_.run("UPDATE generations SET client_lost_at = ?2 WHERE id = ?1", id, now);
}

void GenerationStore::add_lost(const Generation& generation, std::int64_t lease, Time now)
{
    add(generation);
    const BegunGeneration begun{.id = generation.id, .lease = lease};
    begin({&begun, 1}, generation.worker.value_or(""), now);
    client_lost(generation.id, now);
}

std::optional<std::string> GenerationStore::take_lost(const Generation& same, Time since)
{
    auto row = database_.query(
        "UPDATE generations SET client_lost_at = NULL WHERE id = (SELECT min(id) FROM generations WHERE "
        "client_lost_at IS NOT NULL AND api_key_id = ? AND body_hash = ? AND path = ? AND created_at > ?) RETURNING id",
        same.api_key, same.body_hash, same.target, since);
    return row.next() ? std::optional{row.text()} : std::nullopt;
}

void GenerationStore::take_back(std::string_view id, std::string_view worker)
{
    database_.run(
        "UPDATE generations SET state = 'queued', worker = NULL, lease_id = NULL, sent_at = NULL, attempts = 0, "
        "version = version + 1 WHERE id = ? AND state = 'in_progress' AND worker = ? AND attempts = 1",
        id, worker);
}

std::vector<Generation> GenerationStore::unowned(std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM generations WHERE {} AND worker IS NULL AND state = 'queued' ORDER BY priority DESC, id "
        "LIMIT ?",
        generation_columns, is_open);
    return read_generations(database_.query(sql, limit));
}

std::vector<std::string> GenerationStore::adopt(std::string_view worker, std::span<const std::string> ids)
{
    if (ids.empty()) return {};
    return read_texts(database_.query(
        "UPDATE generations SET worker = ?1 WHERE id IN (SELECT value->>0 FROM json_each(?2)) AND worker IS NULL AND "
        "state = 'queued' RETURNING id",
        worker, text_list(ids)));
}

std::vector<std::string> GenerationStore::waiting_with_body(std::span<const std::string> ids)
{
    static const std::string sql = fmt::format(
        "SELECT id FROM generations WHERE id IN {} AND state = 'queued' AND body_file IS NOT NULL", texts_sql());
    if (ids.empty()) return {};
    return read_texts(database_.query(sql, text_list(ids)));
}

void GenerationStore::release_queued_of(std::string_view worker)
{
    static const std::string sql = fmt::format(
        "UPDATE generations SET worker = NULL WHERE {} AND worker = ? AND state = 'queued' AND body_file IS NOT NULL",
        is_open);
    database_.run(sql, worker);
}

std::vector<std::string> GenerationStore::workers()
{
    static const std::string sql =
        fmt::format("SELECT DISTINCT worker FROM generations WHERE {} AND worker IS NOT NULL", is_open);
    return read_texts(database_.query(sql));
}

std::vector<std::string> GenerationStore::abandon(std::span<const std::string> dead_workers, Time now)
{
    static const std::string of_dead = fmt::format("{} AND worker IN {}", is_open, texts_sql());
    static const std::string drop_sql =
        fmt::format("SELECT id FROM generations WHERE {} AND state = 'queued' AND body_file IS NULL", of_dead);
    static const std::string release_sql =
        fmt::format("UPDATE generations SET worker = NULL WHERE {} AND state = 'queued'", of_dead);
    static const std::string fail_sql = fmt::format(
        "UPDATE generations SET state = 'failed', version = version + 1, ended_at = r.now, error_code = '{0}', "
        "outcome = '{0}', expires_at = {3} FROM {1} AS r "
        "WHERE generations.{2} AND generations.worker = r.dead AND generations.state = 'in_progress' "
        "RETURNING generations.id",
        outcome_unknown_code, rows_sql({"dead TEXT", "now BIGINT"}), is_open,
        kept_until("r.now + generations.expires_at - generations.created_at"));
    if (dead_workers.empty()) return {};
    const std::string dead = text_list(dead_workers);
    for (const std::string& id : read_texts(database_.query(drop_sql, dead))) {
        IdempotencyStore{database_}.release(id);
        database_.run("DELETE FROM generations WHERE id = ?", id);
    }
    database_.run(release_sql, dead);
    JsonRows rows;
    for (const std::string& worker : dead_workers) rows.add(worker, now);
    return read_texts(database_.query(fail_sql, rows.text()));
}

std::vector<GenerationStore::Removed> GenerationStore::remove_expired(Time now, std::int64_t limit)
{
    std::vector<Removed> removed;
    auto rows = database_.query(
        "DELETE FROM generations WHERE id IN (SELECT id FROM generations WHERE ended_at IS NOT NULL AND "
        "expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING body_file, answer_file",
        now, limit);
    while (rows.next())
        removed.push_back(
            {.body_file = rows.optional_text("body_file"), .answer_file = rows.optional_text("answer_file")});
    return removed;
}

std::vector<GenerationStore::Count> GenerationStore::counts()
{
    static const std::string sql =
        fmt::format("SELECT state, count(*) AS n FROM generations WHERE {} GROUP BY state", is_open);
    std::vector<Count> all;
    auto rows = database_.query(sql);
    while (rows.next())
        all.push_back({.state = parse_generation_state(rows.text("state")).value_or(GenerationState::queued),
                       .count = rows.integer("n")});
    return all;
}

}  // namespace dreamina
