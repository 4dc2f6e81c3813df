#include "core/domain/webhook/public_address.hpp"

#include <arpa/inet.h>

#include <string>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

bool is_public(const char* text)
{
    std::array<std::uint8_t, 16> bytes{};
    if (::inet_pton(AF_INET, text, bytes.data()) == 1) return is_public_ipv4(std::span{bytes}.first<4>());
    REQUIRE(::inet_pton(AF_INET6, text, bytes.data()) == 1);
    return is_public_ipv6(bytes);
}

}  // namespace

TEST_CASE("addresses of the internet are public")
{
    for (const char* text : {"1.1.1.1",
                             "8.8.8.8",
                             "9.255.255.255",
                             "11.0.0.0",
                             "100.63.255.255",
                             "100.128.0.0",
                             "126.255.255.255",
                             "128.0.0.0",
                             "169.253.255.255",
                             "172.15.255.255",
                             "172.32.0.0",
                             "192.0.1.0",
                             "192.167.255.255",
                             "192.169.0.0",
                             "198.17.255.255",
                             "198.20.0.0",
                             "223.255.255.255",
                             "2606:4700:4700::1111",
                             "2001:4860:4860::8888",
                             "2a00:1450::1",
                             "::ffff:8.8.8.8",
                             "64:ff9b::8.8.8.8"}) {
        CAPTURE(text);
        CHECK(is_public(text));
    }
}

TEST_CASE("what IANA sets apart is not, whichever way it is written")
{
    for (const char* text : {"0.0.0.0",         "0.1.2.3",         "10.0.0.1",        "10.255.255.255",  "100.64.0.0",
                             "100.127.255.255", "127.0.0.1",       "127.255.255.254", "169.254.169.254", "172.16.0.0",
                             "172.31.255.255",  "192.0.0.8",       "192.0.2.1",       "192.88.99.1",     "192.168.0.1",
                             "192.168.255.255", "198.18.0.1",      "198.19.255.255",  "198.51.100.7",    "203.0.113.7",
                             "224.0.0.1",       "239.255.255.250", "240.0.0.1",       "255.255.255.255"}) {
        CAPTURE(text);
        CHECK_FALSE(is_public(text));
        CHECK_FALSE(is_public((std::string{"::ffff:"} + text).c_str()));
        CHECK_FALSE(is_public((std::string{"64:ff9b::"} + text).c_str()));
    }
    for (const char* text : {"::",
                             "::1",
                             "::127.0.0.1",
                             "::8.8.8.8",
                             "100::1",
                             "64:ff9b:1::8.8.8.8",
                             "fc00::1",
                             "fd12:3456::1",
                             "fe80::1",
                             "febf::1",
                             "fec0::1",
                             "ff02::1",
                             "ff0e::1",
                             "2001::1",
                             "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                             "2001:1ff::1",
                             "2001:db8::1",
                             "2002:7f00:1::1",
                             "2002:808:808::1",
                             "3fff::1",
                             "3fff:fff::1",
                             "4000::1",
                             "5f00::1"}) {
        CAPTURE(text);
        CHECK_FALSE(is_public(text));
    }
}
