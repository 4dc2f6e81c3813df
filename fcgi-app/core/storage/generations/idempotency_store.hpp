#pragma once
/// `idempotency_keys`: which generation an Idempotency-Key stands for. Writes are part of a transaction that the caller
/// holds.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// What a client means by its key: the same key on another path, or of another API key, is another one.
struct IdempotencyKey {
    std::int64_t api_key = 0;  ///< 0: the administrator's password
    std::string path;
    std::string digest;  ///< secret_digest of what the client wrote
};

struct ClaimedKey {
    std::string body_hash;
    std::string generation;
};

class IdempotencyStore {
public:
    explicit IdempotencyStore(Database& database) : database_(database) {}

    /// Whom the key stands for; nothing if it is free, or its time is over.
    std::optional<ClaimedKey> find(const IdempotencyKey& key, Time now);
    /// Of a key that is free.
    void claim(const IdempotencyKey& key, const ClaimedKey& claimed, Time expires_at);
    /// Nothing was sent, so whoever comes next may try.
    void release(std::string_view generation);
    /// Until when a generation's key holds.
    std::optional<Time> expiry_of(std::string_view generation);
    /// At most `limit`; how many there were.
    int remove_expired(Time now, std::int64_t limit);

private:
    Database& database_;
};

}  // namespace dreamina
