#pragma once
/// Headers as a generation's row keeps them.

#include <string>

#include "net/request.hpp"

namespace dreamina {

/// JSON: a list of [name, value]. Bytes that are no UTF-8 are replaced.
std::string header_list(const Headers& headers);
/// Of what header_list() made; nothing of what it did not.
Headers parse_header_list(std::string_view text);

/// Of a client's request, those that are sent on, but for what is secret: a generation that another worker sends is
/// sent with these.
Headers headers_to_keep(const Request& request);

}  // namespace dreamina
