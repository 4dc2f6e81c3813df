#include "core/storage/generations/idempotency_store.hpp"

namespace dreamina {

std::optional<ClaimedKey> IdempotencyStore::find(const IdempotencyKey& key, Time now)
{
    auto row = database_.query(
        "SELECT body_hash, generation_id FROM idempotency_keys WHERE api_key_id = ? AND path = ? AND digest = ? AND "
        "expires_at > ?",
        key.api_key, key.path, key.digest, now);
    if (!row.next()) return std::nullopt;
    return ClaimedKey{.body_hash = row.text("body_hash"), .generation = row.text("generation_id")};
}

void IdempotencyStore::claim(const IdempotencyKey& key, const ClaimedKey& claimed, Time expires_at)
{
    database_.run(
        "INSERT INTO idempotency_keys (api_key_id, path, digest, body_hash, generation_id, expires_at) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (api_key_id, path, digest) DO UPDATE SET "
        "body_hash = excluded.body_hash, generation_id = excluded.generation_id, expires_at = excluded.expires_at",
        key.api_key, key.path, key.digest, claimed.body_hash, claimed.generation, expires_at);
}

void IdempotencyStore::release(std::string_view generation)
{
    database_.run("DELETE FROM idempotency_keys WHERE generation_id = ?", generation);
}

std::optional<Time> IdempotencyStore::expiry_of(std::string_view generation)
{
    auto row = database_.query("SELECT expires_at FROM idempotency_keys WHERE generation_id = ?", generation);
    return row.next() ? std::optional{row.time("expires_at")} : std::nullopt;
}

int IdempotencyStore::remove_expired(Time now, std::int64_t limit)
{
    return database_.run(
        "DELETE FROM idempotency_keys WHERE (api_key_id, path, digest) IN (SELECT api_key_id, path, digest FROM "
        "idempotency_keys WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)",
        now, limit);
}

}  // namespace dreamina
