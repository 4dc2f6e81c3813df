#include "core/base/client_address.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("private addresses: this machine, networks without a way from outside, and nothing else")
{
    for (const char* text : {"127.0.0.1",
                             "127.255.255.254",
                             "10.0.0.1",
                             "10.255.255.255",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.0.1",
                             "169.254.1.1",
                             "100.64.0.1",
                             "100.127.255.255",
                             "::1",
                             "fc00::1",
                             "fdff:ffff::1",
                             "fe80::1",
                             "febf::1",
                             "fe80::1%eth0",
                             "::ffff:127.0.0.1",
                             "::ffff:192.168.1.1",
                             "::FFFF:0a00:0001",
                             "[::1]",
                             "[fd00::1]:8080",
                             "10.0.0.1:1234",
                             " 10.0.0.1 ",
                             "\"[fd00::1]:1\"",
                             "\"10.0.0.1\""}) {
        CAPTURE(text);
        CHECK(is_private_address(text));
    }
    for (const char* text : {"",
                             " ",
                             "8.8.8.8",
                             "9.255.255.255",
                             "11.0.0.0",
                             "126.255.255.255",
                             "128.0.0.1",
                             "172.15.255.255",
                             "172.32.0.0",
                             "192.167.255.255",
                             "192.169.0.0",
                             "169.253.1.1",
                             "100.63.255.255",
                             "100.128.0.0",
                             "0.0.0.0",
                             "255.255.255.255",
                             "224.0.0.1",
                             "198.51.100.1",
                             "::",
                             "::2",
                             "2001:db8::1",
                             "fbff::1",
                             "fe00::1",
                             "fec0::1",
                             "ff02::1",
                             "::ffff:8.8.8.8",
                             "::ffff:172.32.0.1",
                             "::127.0.0.1",
                             "64:ff9b::a00:1",
                             "2002:7f00:1::",
                             "1::1",
                             "127.1",
                             "127.0.0.1.",
                             "127.0.0.01",
                             "0127.0.0.1",
                             "2130706433",
                             "0x7f.0.0.1",
                             "127.0.0.1 8.8.8.8",
                             "localhost",
                             "unknown",
                             "_hidden",
                             "10.0.0.1/8",
                             "10.0.0.1,8.8.8.8",
                             "[::1",
                             "::1]",
                             "[]",
                             "[10.0.0.1",
                             "unix:",
                             "10.0.0.256",
                             "::ffff:127.0.0.1.evil"}) {
        CAPTURE(text);
        CHECK_FALSE(is_private_address(text));
    }
    CHECK_FALSE(is_private_address(std::string_view("127.0.0.1\0.8", 12)));
    CHECK_FALSE(is_private_address(std::string(100'000, '1')));
}

TEST_CASE("where a request comes from")
{
    struct Row {
        const char* name;
        RequestWay way;
        bool is_public;
        std::string address;
        std::string key;
    };
    const Row rows[] = {
        {"this machine", {.peer = "127.0.0.1"}, false, "127.0.0.1", "127.0.0.1"},
        {"the network", {.peer = "192.168.1.7"}, false, "192.168.1.7", "192.168.1.7"},
        {"outside", {.peer = "198.51.100.7"}, true, "198.51.100.7", "198.51.100.7"},
        {"outside, IPv6", {.peer = "2001:db8:1:2:3:4:5:6"}, true, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"the same network, IPv6", {.peer = "2001:db8:1:2:ffff::1"}, true, "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"},
        {"IPv4 within IPv6", {.peer = "::ffff:198.51.100.7"}, true, "198.51.100.7", "198.51.100.7"},
        {"no peer", {.peer = ""}, true, "", ""},
        {"nonsense", {.peer = "elsewhere"}, true, "", ""},
        {"a unix socket", {.peer = "unix:"}, false, "", "unix:"},
        {"a unix socket's proxy",
         {.peer = "unix:", .forwarded_for = "198.51.100.7"},
         true,
         "198.51.100.7",
         "198.51.100.7"},

        {"outside that calls itself local",
         {.peer = "198.51.100.7", .forwarded_for = "127.0.0.1", .real_ip = "127.0.0.1", .forwarded = "for=127.0.0.1"},
         true,
         "198.51.100.7",
         "198.51.100.7"},
        {"outside that calls itself another",
         {.peer = "198.51.100.7", .forwarded_for = "203.0.113.1"},
         true,
         "198.51.100.7",
         "198.51.100.7"},

        {"a proxy here, a client there",
         {.peer = "127.0.0.1", .forwarded_for = "198.51.100.7"},
         true,
         "198.51.100.7",
         "198.51.100.7"},
        {"a proxy here, a client in the network",
         {.peer = "172.17.0.1", .forwarded_for = "192.168.1.7"},
         false,
         "172.17.0.1",
         "172.17.0.1"},
        {"what the client wrote stands in front",
         {.peer = "127.0.0.1", .forwarded_for = "203.0.113.1, 198.51.100.7"},
         true,
         "198.51.100.7",
         "198.51.100.7"},
        {"calling itself local in front",
         {.peer = "127.0.0.1", .forwarded_for = "127.0.0.1,198.51.100.7"},
         true,
         "198.51.100.7",
         "198.51.100.7"},
        {"two proxies",
         {.peer = "10.0.0.2", .forwarded_for = "198.51.100.7, 10.0.0.9"},
         true,
         "198.51.100.7",
         "198.51.100.7"},
        {"with a port",
         {.peer = "127.0.0.1", .forwarded_for = "198.51.100.7:4711"},
         true,
         "198.51.100.7",
         "198.51.100.7"},
        {"IPv6 with a port",
         {.peer = "::1", .forwarded_for = "[2001:db8::1]:4711"},
         true,
         "2001:db8::1",
         "2001:db8::/64"},
        {"one that cannot be told", {.peer = "127.0.0.1", .forwarded_for = "unknown"}, true, "127.0.0.1", "127.0.0.1"},
        {"one that cannot be told behind another",
         {.peer = "127.0.0.1", .forwarded_for = "198.51.100.7, unknown"},
         true,
         "127.0.0.1",
         "127.0.0.1"},
        {"empty pieces", {.peer = "127.0.0.1", .forwarded_for = " , ,"}, false, "127.0.0.1", "127.0.0.1"},

        {"X-Real-IP", {.peer = "127.0.0.1", .real_ip = "198.51.100.7"}, true, "198.51.100.7", "198.51.100.7"},
        {"X-Forwarded-For goes first",
         {.peer = "127.0.0.1", .forwarded_for = "198.51.100.7", .real_ip = "203.0.113.1"},
         true,
         "198.51.100.7",
         "198.51.100.7"},
        {"one of them is enough",
         {.peer = "127.0.0.1", .forwarded_for = "10.0.0.1", .real_ip = "203.0.113.1"},
         true,
         "203.0.113.1",
         "203.0.113.1"},
        {"Forwarded",
         {.peer = "127.0.0.1", .forwarded = "for=198.51.100.7;proto=https;by=10.0.0.1"},
         true,
         "198.51.100.7",
         "198.51.100.7"},
        {"Forwarded, IPv6",
         {.peer = "127.0.0.1", .forwarded = "For=\"[2001:db8:cafe::17]:4711\""},
         true,
         "2001:db8:cafe::17",
         "2001:db8:cafe::/64"},
        {"Forwarded, two",
         {.peer = "127.0.0.1", .forwarded = "for=203.0.113.1, for=198.51.100.7"},
         true,
         "198.51.100.7",
         "198.51.100.7"},
        {"Forwarded, hidden", {.peer = "127.0.0.1", .forwarded = "for=_hidden"}, true, "127.0.0.1", "127.0.0.1"},
        {"Forwarded, in the network",
         {.peer = "127.0.0.1", .forwarded = "for=192.168.1.1;host=x"},
         false,
         "127.0.0.1",
         "127.0.0.1"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const ClientAddress client = client_address(row.way);
        CHECK(client.is_public == row.is_public);
        CHECK(client.address == row.address);
        CHECK(client.limit_key == row.key);
    }
}
