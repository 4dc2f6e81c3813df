#pragma once
/// Query parameters that a route does not have: a misspelt filter must not be answered as if there were none.

#include <optional>
#include <string>
#include <string_view>

#include "api/http/router.hpp"

namespace dreamina {

/// The name of the first one, as the API's description has them; nothing if there is none, or if it has no such route.
std::optional<std::string> unknown_parameter(const Route& route, std::string_view query);

/// 400 "unknown_parameter".
Reply unknown_parameter_reply(const Route& route, std::string_view name);

}  // namespace dreamina
