#pragma once
/// What a generation's row keeps of its request's headers.

#include "net/request.hpp"

namespace dreamina {

/// Of a client's request, those that are sent on, but for what is secret: a generation that another worker sends is
/// sent with these.
Headers headers_to_keep(const Request& request);

}  // namespace dreamina
