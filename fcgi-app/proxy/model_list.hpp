#pragma once
/// GET /v1/models and /v1/models/{id}, in OpenAI's form: from the catalogue, as far as the caller may use it.

#include "core/domain/api_key.hpp"
#include "core/domain/model_catalog.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// The answer to a path at or below /v1/models; nothing for another path. `key`: null for the administrator.
std::optional<Reply> model_list_reply(std::string_view path, const ModelCatalog& catalog, const ApiKey* key);

}  // namespace dreamina
