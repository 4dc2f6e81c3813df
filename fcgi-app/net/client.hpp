#pragma once
/// Who sent a request, as far as its connection and headers tell.

#include "core/base/client_address.hpp"
#include "net/request.hpp"

namespace dreamina {

/// By the peer's address and what proxies add.
ClientAddress client_of(const Request& request);

/// True if the browser's connection is encrypted: here, or at a proxy in a private network that says so.
bool is_over_tls(const Request& request);

}  // namespace dreamina
