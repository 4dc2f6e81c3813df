#pragma once
/// What a request asks for by its body and its route together, and whether its key may ask for that.

#include <optional>
#include <string>
#include <string_view>

#include "core/domain/api_key.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/domain/upstream_kind.hpp"
#include "proxy/body/model_reading.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// The upstreams' routes that generate something, whichever of the two has them.
enum class GenerationKind { none, images, videos, chat };

/// A path as a client meant it whose base URL ended in a slash. nginx may leave the doubled ones as they are.
std::string with_single_slashes(std::string_view path);

/// In the spelling that routes are known by: the upstreams take them in any case and with a slash at the end.
std::string generation_route(std::string_view path);

/// By the path as nginx normalised it.
GenerationKind generation_of(std::string_view path);

/// That path, if it is such a route and was written with doubled slashes: no upstream knows it then.
std::optional<std::string> path_without_doubled_slashes(const Request& request);

struct AskedModel {
    std::string name;         ///< that it counts under; empty if there is none that could be read
    bool is_default = false;  ///< the body names none: it is what the upstream takes on this route
};

/// What the upstream takes on a route where a request names no model.
struct DefaultModels {
    std::string images;
    std::string videos;
};

/// As the settings say; but where they say nothing, jimeng-api-go's own one for images.
DefaultModels default_models(const ResolvedSettings& settings, UpstreamKind upstream);

AskedModel asked_model(const ModelReading& reading, const Request& request, const DefaultModels& defaults);

/// The answer if a key that is for certain models may not make the request. For such a key it must not matter which
/// upstream reads the body: 400 if it could be read in two ways, 403 if one of the models that an upstream may take is
/// not among the key's. `rule` is that of `asked`, and loses the region where an upstream would take another model for
/// it without a word.
std::optional<Reply> refusal_by_model(const ApiKey& key, const ModelReading& reading, const AskedModel& asked,
                                      const Request& request, const ModelCatalog& catalog, const Settings& settings,
                                      const DefaultModels& defaults, ModelRule& rule);

}  // namespace dreamina
