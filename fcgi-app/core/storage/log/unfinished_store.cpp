#include "core/storage/log/unfinished_store.hpp"

#include <fmt/format.h>

#include "core/storage/engine/json_rows.hpp"
#include "core/storage/log/request_facts.hpp"

namespace dreamina {

void UnfinishedStore::put(std::span<const UnfinishedRequest> requests)
{
    static const std::string sql = fmt::format(
        "INSERT INTO unfinished_requests (request_id, began_at, method, path, model_asked, api_key_id, bytes_in, "
        "upstream_ms, worker, model, attempts) SELECT * FROM {} AS r WHERE true ON CONFLICT (request_id) DO UPDATE SET "
        "began_at = excluded.began_at, method = excluded.method, path = excluded.path, "
        "model_asked = excluded.model_asked, api_key_id = excluded.api_key_id, bytes_in = excluded.bytes_in, "
        "upstream_ms = excluded.upstream_ms, worker = excluded.worker, model = excluded.model, "
        "attempts = excluded.attempts",
        rows_sql({"request TEXT", "began_at BIGINT", "method TEXT", "path TEXT", "model_asked TEXT", "api_key BIGINT",
                  "bytes_in BIGINT", "upstream_took BIGINT", "worker TEXT", "model TEXT", "attempts BIGINT"}));
    if (requests.empty()) return;
    JsonRows rows;
    for (const auto& [facts, worker, model, attempts] : requests) {
        rows.add(facts.id, facts.began_at, facts.method, facts.path, facts.model_asked, facts.api_key, facts.bytes_in,
                 facts.upstream_took, worker, model, attempts);
    }
    database_.run(sql, rows.text());
}

void UnfinishedStore::remove(std::string_view request)
{
    database_.run("DELETE FROM unfinished_requests WHERE request_id = ?", request);
}

std::vector<UnfinishedRequest> UnfinishedStore::of_worker(std::string_view worker)
{
    std::vector<UnfinishedRequest> all;
    auto rows = database_.query(
        "SELECT request_id, began_at, method, path, model_asked, api_key_id, bytes_in, upstream_ms, worker, model, "
        "attempts FROM unfinished_requests WHERE worker = ?",
        worker);
    while (rows.next()) {
        all.push_back({.facts = read_facts(rows),
                       .worker = rows.text("worker"),
                       .model = rows.text("model"),
                       .attempts = static_cast<int>(rows.integer("attempts"))});
    }
    return all;
}

std::vector<std::string> UnfinishedStore::workers()
{
    return read_texts(database_.query("SELECT DISTINCT worker FROM unfinished_requests"));
}

}  // namespace dreamina
