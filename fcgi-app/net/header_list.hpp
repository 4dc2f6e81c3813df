#pragma once
/// Headers as the database keeps them.

#include <string>
#include <string_view>

#include "net/request.hpp"

namespace dreamina {

/// JSON: a list of [name, value]. Bytes that are no UTF-8 are replaced.
std::string header_list(const Headers& headers);
/// Of what header_list() made; nothing of what it did not.
Headers parse_header_list(std::string_view text);

}  // namespace dreamina
