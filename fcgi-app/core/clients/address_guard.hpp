#pragma once
/// Looks at the address that libcurl is about to connect to, at the moment when it does: whatever a name resolved to
/// before, and whatever it resolves to the next time, this is where the request goes.

#include <curl/curl.h>

namespace dreamina {

/// For one transfer, which it must outlive.
struct AddressGuard {
    bool allows_private = false;  ///< the host is one that the administrator listed
    bool refused = false;         ///< an address was refused; libcurl says no more than that it could not connect
};

/// Has the transfer connect to addresses of the public internet only. Throws std::runtime_error if libcurl refuses.
/// A proxy and a Unix socket would be connected to instead of the address: the caller sets neither.
void guard_addresses(CURL* transfer, AddressGuard& guard);

/// What libcurl asks: a socket for this address, or CURL_SOCKET_BAD.
curl_socket_t open_guarded_socket(void* guard, curlsocktype purpose, curl_sockaddr* address);

}  // namespace dreamina
