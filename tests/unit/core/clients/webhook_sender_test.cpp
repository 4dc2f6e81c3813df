#include "core/clients/webhook_sender.hpp"

#include <arpa/inet.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <future>
#include <map>
#include <new>
#include <thread>

#include "core/base/unique_fd.hpp"
#include "core/clients/address_guard.hpp"
#include "core/clients/local_server.hpp"
#include "holds.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

using Sender = CurlWebhookSender;

WebhookRequest to(const LocalServer& server)
{
    return {.url = server.url("/hook"), .allows_private = true, .headers = {{"webhook-id", "msg_1"}}, .body = "{}"};
}

WebhookAnswer send(const WebhookRequest& request, Sender::Options options = {})
{
    Sender sender{std::move(options)};
    sender.begin("tag", request);
    auto answers = sender.wait(30s, {});
    REQUIRE(answers.size() == 1);
    CHECK(answers.front().tag == "tag");
    return answers.front();
}

std::string port_of(const LocalServer& server) { return server.host().substr(server.host().find(':') + 1); }

/// What libcurl would ask of the guard for this address.
bool may_connect(const char* text, bool allows_private = false)
{
    alignas(curl_sockaddr) std::array<unsigned char, sizeof(curl_sockaddr) + sizeof(sockaddr_in6)> room{};
    auto* asked = new (room.data()) curl_sockaddr{};
    unsigned char* place = room.data() + offsetof(curl_sockaddr, addr);
    asked->socktype = SOCK_STREAM;
    sockaddr_in v4{.sin_family = AF_INET};
    sockaddr_in6 v6{.sin6_family = AF_INET6};
    if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        asked->family = AF_INET;
        asked->addrlen = sizeof v4;
        std::memcpy(place, &v4, sizeof v4);
    } else {
        REQUIRE(::inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
        asked->family = AF_INET6;
        asked->addrlen = sizeof v6;
        std::memcpy(place, &v6, sizeof v6);
    }
    AddressGuard guard{.allows_private = allows_private};
    const UniqueFd socket{open_guarded_socket(&guard, CURLSOCKTYPE_IPCXN, asked)};
    CHECK(guard.refused == (socket.get() == CURL_SOCKET_BAD));
    return !guard.refused;
}

}  // namespace

TEST_CASE("an event is posted as JSON with its headers")
{
    std::string seen;
    const LocalServer server{[&](auto& connection) {
        seen = connection.request();
        connection.answer(202, "thanks", "Retry-After: 7\r\n");
    }};
    WebhookRequest request = to(server);
    request.body = R"({"type":"generation.completed"})";
    const WebhookAnswer answer = send(request);
    CHECK(answer.status == 202);
    CHECK(answer.body == "thanks");
    CHECK(answer.retry_after == 7s);
    CHECK(seen.starts_with("POST /hook HTTP/1.1\r\n"));
    CHECK(seen.find("\r\nwebhook-id: msg_1\r\n") != std::string::npos);
    CHECK(seen.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
    CHECK(seen.ends_with("\r\n\r\n" + request.body));
}

TEST_CASE("a redirect is an answer, and is not followed")
{
    const LocalServer target{[](auto& connection) { connection.answer(200, ""); }};
    const LocalServer server{[&](auto& connection) {
        connection.request();
        connection.answer(307, "", "Location: " + target.url() + "\r\n");
    }};
    CHECK(send(to(server)).status == 307);
    CHECK(target.connections() == 0);
}

TEST_CASE("a private address is not connected to, however it is named")
{
    const LocalServer server{[](auto& connection) { connection.answer(200, ""); }};
    WebhookRequest request = to(server);
    request.allows_private = false;
    // Written out, in a form that libcurl understands and few others, and by a name: the last one is a rebinding, since
    // the name was fine when it was looked at.
    for (const std::string& host : {std::string{"127.0.0.1"}, std::string{"0x7f000001"}, std::string{"shop.example"}}) {
        CAPTURE(host);
        request.url = "http://" + host + ":" + port_of(server) + "/hook";
        const WebhookAnswer answer = send(request, {.resolve = {"shop.example:" + port_of(server) + ":127.0.0.1"}});
        CHECK_FALSE(answer.status);
        CHECK(answer.failure.code == "delivery.address_refused");
    }
    CHECK(server.connections() == 0);
}

TEST_CASE("of a name's addresses only public ones are connected to")
{
    const LocalServer server{[](auto& connection) { connection.answer(200, ""); }};
    WebhookRequest request = to(server);
    request.allows_private = false;
    request.url = "http://shop.example:" + port_of(server) + "/hook";
    const std::string resolve = "shop.example:" + port_of(server) + ":127.0.0.1,[::1],[::ffff:127.0.0.1],10.0.0.1";
    CHECK(send(request, {.resolve = {resolve}}).failure.code == "delivery.address_refused");
    CHECK(server.connections() == 0);
}

TEST_CASE("the guard judges the address of the socket itself")
{
    for (const char* text : {"8.8.8.8", "2606:4700:4700::1111"}) CHECK(may_connect(text));
    for (const char* text : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "0.0.0.0", "::1",
                             "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1"}) {
        CAPTURE(text);
        CHECK_FALSE(may_connect(text));
        CHECK(may_connect(text, true));
    }
    curl_sockaddr unix_socket{};
    unix_socket.family = AF_UNIX;
    AddressGuard guard;
    CHECK(open_guarded_socket(&guard, CURLSOCKTYPE_IPCXN, &unix_socket) == CURL_SOCKET_BAD);
}

TEST_CASE("of a long answer only the beginning is read, and its status counts")
{
    const LocalServer server{[](auto& connection) {
        connection.request();
        connection.send("HTTP/1.1 500 Words\r\nContent-Length: 100000000\r\n\r\n" + std::string(100'000, 'x'));
        connection.stay();
    }};
    const WebhookAnswer answer = send(to(server));
    CHECK(answer.status == 500);
    CHECK(answer.body.size() == 4096);
}

TEST_CASE("a receiver has so long, and what it said in that time counts")
{
    const LocalServer silent{[](auto& connection) { connection.stay(); }};
    CHECK(send(to(silent), {.timeout = 50ms}).failure.code == "http.timed_out");
    const LocalServer slow{[](auto& connection) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
        connection.stay();
    }};
    CHECK(send(to(slow), {.timeout = 200ms}).status == 200);
    const LocalServer cut{[](auto& connection) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nConte");
    }};
    CHECK(send(to(cut)).failure.code == "http.cut");
}

TEST_CASE("one that does not speak HTTP, or talks endlessly of itself, is no receiver")
{
    const LocalServer other{[](auto& connection) {
        connection.request();
        connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    }};
    CHECK_FALSE(send(to(other)).status);
    const LocalServer talker{[](auto& connection) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\n");
        while (connection.send("X-Header: " + std::string(1000, 'x') + "\r\n")) {
        }
    }};
    CHECK_FALSE(send(to(talker)).status);
}

TEST_CASE("several are sent at a time, and each answer is told by its tag")
{
    std::promise<void> second_came;
    const LocalServer server{[&](auto& connection) {
        const std::string request = connection.request();
        if (request.ends_with("1")) second_came.get_future().wait();  // the first is answered after the second
        if (request.ends_with("2")) second_came.set_value();
        connection.answer(request.ends_with("1") ? 201 : 202, "");
    }};
    Sender sender;
    WebhookRequest request = to(server);
    for (const char* number : {"1", "2"}) {
        request.body = number;
        sender.begin(number, request);
    }
    std::map<std::string, int> statuses;
    while (statuses.size() < 2)
        for (const WebhookAnswer& answer : sender.wait(30s, {})) statuses[answer.tag] = answer.status.value_or(0);
    CHECK(statuses == std::map<std::string, int>{{"1", 201}, {"2", 202}});
}

TEST_CASE("waiting ends when it is asked to, and what is under way is cut off")
{
    std::promise<void> asked;
    std::promise<void> left;
    const LocalServer server{[&](auto& connection) {
        connection.request();
        asked.set_value();
        connection.stay();
        left.set_value();
    }};
    std::stop_source stop;
    std::thread stopper{[&] {
        asked.get_future().wait();
        stop.request_stop();
    }};
    {
        Sender sender;
        sender.begin("tag", to(server));
        CHECK(sender.wait(30s, stop.get_token()).empty());
    }
    stopper.join();
    CHECK(left.get_future().wait_for(20s) == std::future_status::ready);
}
