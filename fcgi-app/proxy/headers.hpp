#pragma once
/// Which headers travel on, in both directions.

#include <string_view>

#include "server/request.hpp"

namespace dreamina {

/// The client's headers for the upstream: without those of the connection (RFC 9110, 7.6.1), Host, the body's length
/// and the client's own credentials, with the account's.
Headers headers_for_upstream(const Request& request, std::string_view token);

/// The upstream's headers for the client: without those of the connection.
Headers headers_for_client(const Headers& upstream);

}  // namespace dreamina
