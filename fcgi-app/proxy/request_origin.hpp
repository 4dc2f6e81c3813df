#pragma once
/// Who asked for what: tells a client that repeats itself from clients that meet the same trouble.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/request.hpp"

namespace dreamina {

/// The same for each time that one key sends one body. Of a large body its length and both ends count, which is a
/// few reads of a file. Nothing: the administrator's password. May throw std::system_error.
std::string request_origin(std::optional<std::int64_t> api_key, const Body& body, std::string_view content_type);

}  // namespace dreamina
