#include "core/clients/address_guard.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "core/domain/webhook/public_address.hpp"

namespace dreamina {
namespace {

/// libcurl declares its last member as the smallest of addresses, and keeps larger ones there too.
template <class Address>
std::optional<Address> address_in(const curl_sockaddr& found)
{
    Address address{};
    if (found.addrlen < sizeof address) return std::nullopt;
    const auto* bytes = reinterpret_cast<const unsigned char*>(&found) + offsetof(curl_sockaddr, addr);
    std::memcpy(&address, bytes, sizeof address);
    return address;
}

/// What is neither IPv4 nor IPv6 is not public.
bool is_public(const curl_sockaddr& found)
{
    if (found.family == AF_INET) {
        const auto address = address_in<sockaddr_in>(found);
        std::array<std::uint8_t, 4> bytes{};
        if (address) std::memcpy(bytes.data(), &address->sin_addr, bytes.size());
        return address && is_public_ipv4(bytes);
    }
    if (found.family == AF_INET6) {
        const auto address = address_in<sockaddr_in6>(found);
        std::array<std::uint8_t, 16> bytes{};
        if (address) std::memcpy(bytes.data(), &address->sin6_addr, bytes.size());
        return address && is_public_ipv6(bytes);
    }
    return false;
}

}  // namespace

curl_socket_t open_guarded_socket(void* guard, curlsocktype, curl_sockaddr* address)
{
    auto& asked = *static_cast<AddressGuard*>(guard);
    if (!asked.allows_private && !is_public(*address)) {
        asked.refused = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void guard_addresses(CURL* transfer, AddressGuard& guard)
{
    if (curl_easy_setopt(transfer, CURLOPT_OPENSOCKETFUNCTION, &open_guarded_socket) != CURLE_OK ||
        curl_easy_setopt(transfer, CURLOPT_OPENSOCKETDATA, &guard) != CURLE_OK)
        throw std::runtime_error("libcurl refuses an option");
}

}  // namespace dreamina
