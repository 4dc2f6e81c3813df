#pragma once
/// The model that a request's body asks for: the `model` field of a JSON object or of a multipart form.

#include <optional>
#include <string>
#include <string_view>

#include "server/request.hpp"

namespace dreamina {

/// Reads the whole body once. Blocks on the disk for a spooled one: not on the event loop then.
/// Nothing where there is no such field or the body is not what its type says.
std::optional<std::string> read_model_name(const Body& body, std::string_view content_type);

}  // namespace dreamina
