#pragma once
/// Whether an upstream's words about its network are about the account's own proxy.

#include <string_view>

namespace dreamina {

enum class NamesProxy {
    no,        ///< another address
    nothing,   ///< no address at all
    its_port,  ///< an address with its port, where the proxy is known by a name: may be it
    its_address
};

/// `words` as the upstream's runtime writes them: "connect ECONNREFUSED 192.0.2.1:1080", "getaddrinfo ENOTFOUND host".
NamesProxy names_proxy(std::string_view words, std::string_view proxy_url);

}  // namespace dreamina
