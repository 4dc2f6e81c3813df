#pragma once
/// The key that a client of /v1 sends.

#include <optional>
#include <string_view>

#include "net/request.hpp"

namespace dreamina {

constexpr std::string_view api_key_header = "X-Api-Key";

/// `Authorization: Bearer …`, or X-Api-Key as clients of other services send it. Two keys that differ are none: another
/// program on the way may have looked at the other one.
std::optional<std::string_view> client_key(const Request& request);

}  // namespace dreamina
