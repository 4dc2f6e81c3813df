#pragma once
/// Keys as /api reads and shows them.

#include "core/base/json_reader.hpp"
#include "core/domain/api_key.hpp"
#include "core/domain/model_catalog.hpp"

namespace dreamina {

/// Never the key itself. `today`: the day that its use is counted by.
Json key_json(const ApiKey& key, const ServiceDay& today, Time now);

/// What an administrator decides of a key: name, models, limits and expiry.
Json key_terms(const ApiKey& key);

/// Those as they came.
Result<ApiKey> read_new_key(JsonReader& reader, const ModelCatalog& catalog, Time now);

/// Any subset of them; a key as it was shown may be sent back.
Result<ApiKey> read_key_change(JsonReader& reader, const ApiKey& stored, const ModelCatalog& catalog, Time now);

}  // namespace dreamina
