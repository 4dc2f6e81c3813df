#include "domain/address.hpp"

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
