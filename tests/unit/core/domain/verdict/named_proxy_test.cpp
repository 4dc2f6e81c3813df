#include "core/domain/verdict/named_proxy.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("whether words about the network name the account's own proxy")
{
    struct Row {
        const char* words;
        const char* proxy;
        NamesProxy named;
    };
    const Row rows[] = {
        {"connect ECONNREFUSED 192.0.2.1:1080", "socks5://192.0.2.1:1080", NamesProxy::its_address},
        {"connect ECONNREFUSED 192.0.2.1:1080", "socks5://user:p@ss@192.0.2.1", NamesProxy::its_address},
        {"connect ECONNREFUSED 192.0.2.1:80", "http://192.0.2.1/", NamesProxy::its_address},
        {"connect ECONNREFUSED 192.0.2.1:443", "https://192.0.2.1", NamesProxy::its_address},
        {"connect ETIMEDOUT 192.0.2.1:1081", "socks5://192.0.2.1:1080", NamesProxy::no},
        {"connect ETIMEDOUT 192.0.2.2:1080", "socks5://192.0.2.1:1080", NamesProxy::no},
        {"connect ECONNREFUSED ::1:8080", "http://[::1]:8080", NamesProxy::its_address},
        {"connect ECONNREFUSED 192.0.2.1:8080 - Local (0.0.0.0:0)", "http://192.0.2.1:8080", NamesProxy::its_address},
        {"connect ECONNREFUSED 192.0.2.1:8080", "http://proxy.example:8080", NamesProxy::its_port},
        {"connect ECONNREFUSED 192.0.2.1:8081", "http://proxy.example:8080", NamesProxy::no},
        {"getaddrinfo ENOTFOUND proxy.example", "http://Proxy.Example:8080", NamesProxy::its_address},
        {"getaddrinfo EAI_AGAIN other.example", "http://proxy.example:8080", NamesProxy::no},
        {"Proxy connection timed out", "http://proxy.example:8080", NamesProxy::nothing},
        {"Socks5 proxy rejected connection - NotAllowed", "socks5://192.0.2.1:1080", NamesProxy::nothing},
        {"connect ECONNREFUSED", "socks5://192.0.2.1:1080", NamesProxy::nothing},
        {"read ECONNRESET", "socks5://192.0.2.1:1080", NamesProxy::nothing},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        CAPTURE(row.proxy);
        CHECK(names_proxy(row.words, row.proxy) == row.named);
    }
}
