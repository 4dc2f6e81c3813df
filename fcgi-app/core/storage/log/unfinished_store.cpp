#include "core/storage/log/unfinished_store.hpp"

#include "core/storage/log/request_facts.hpp"

namespace dreamina {

void UnfinishedStore::put(const UnfinishedRequest& request)
{
    const RequestFacts& facts = request.facts;
    database_.run(
        "INSERT OR REPLACE INTO unfinished_requests (request_id, began_at, method, path, model_asked, api_key_id, "
        "bytes_in, upstream_ms, worker, model, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        facts.id, facts.began_at, facts.method, facts.path, facts.model_asked, facts.api_key, facts.bytes_in,
        std::int64_t{facts.upstream_took.count()}, request.worker, request.model, request.attempts);
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
