#include "core/domain/address.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("an address of this machine itself")
{
    for (const char* address : {"127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"}) {
        CAPTURE(address);
        CHECK(is_loopback(address));
    }
    for (const char* address : {"", "localhost", "128.0.0.1", "10.0.0.1", "0.0.0.0", "::", "::2", "::ffff:10.0.0.1",
                                "unix:", "127.0.0.1:80", "127.1", " 127.0.0.1", "127.0.0.1\n"}) {
        CAPTURE(address);
        CHECK_FALSE(is_loopback(address));
    }
}

TEST_CASE("a proxy's user and password may hold anything: what would end them is percent-encoded")
{
    CHECK(stored_proxy_url("http://h:8080") == "http://h:8080");
    CHECK(stored_proxy_url(" SOCKS5://u:p@h:1 ") == "socks5://u:p@h:1");
    CHECK(stored_proxy_url("https://u,1:p@s s@h") == "https://u%2C1:p%40s%20s@h");
    CHECK(stored_proxy_url("socks4://u:a/b?c#d%2C@h") == "socks4://u:a%2Fb%3Fc%23d%2C@h");
    CHECK(stored_proxy_url("http://***@h") == "http://***@h");
    CHECK(stored_proxy_url("http://密:码@h") == "http://密:码@h");
    for (const char* bad : {"", "http://", "ftp://h", "h:1", "http://u:p@", "http:///x", "http://a b", "http://u@a,b",
                            "http://u\n@h", "http://\xFF@h"})
        CHECK_FALSE(stored_proxy_url(bad));
}
