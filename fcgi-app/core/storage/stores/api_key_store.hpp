#pragma once
/// `api_keys`: the keys of /v1, and what their calls have used. How many requests of a key are in flight is kept by
/// the triggers of `leases` and `waiting`.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/domain/api_key.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// What a list is to hold; what is left as it is here chooses nothing.
struct ApiKeyFilter {
    std::optional<ApiKeyState> state;
    std::string name_part;  ///< of the name or the prefix, in any case of letters
};

struct ApiKeyPage {
    std::int64_t total = 0;
    std::vector<ApiKey> items;
};

class ApiKeyStore {
public:
    explicit ApiKeyStore(Database& database) : database_(database) {}

    /// The latest first.
    ApiKeyPage list(const ApiKeyFilter& filter, std::int64_t page, std::int64_t size, Time now);
    /// Not deleted ones.
    std::optional<ApiKey> find(ApiKeyId id);
    /// The key that has this name, of those that are not revoked.
    std::optional<ApiKeyId> owner_of(std::string_view name);
    /// What a key is or was called, deleted ones among them.
    std::optional<std::string> name_of(ApiKeyId id);

    /// These four are part of a write transaction. That the name is free is the caller's to check.
    /// `digest`: secret_digest of the key itself.
    ApiKeyId add(const ApiKey& key, std::string_view digest, Time now);
    /// Name, models, limits and expiry.
    void change(const ApiKey& key, Time now);
    void revoke(ApiKeyId id, Time now);
    /// Of a revoked one: it is listed no more, and nothing can be told of the key itself. Its name stays known.
    void remove(ApiKeyId id, Time now);

    /// Another number after every one of those four.
    std::int64_t version();
    /// All with their digests, revoked and expired ones among them.
    std::vector<std::pair<std::string, ApiKey>> all_by_digest();

    /// What decides about calls: within the transaction that reserves for them (KeyUses). Not deleted ones.
    std::map<ApiKeyId, ApiKeyStatus> statuses(std::span<const ApiKeyId> keys);
    /// All but how many are in flight.
    void set_uses(const std::map<ApiKeyId, ApiKeyUse>& uses);

private:
    void note_change();

    Database& database_;
};

}  // namespace dreamina
