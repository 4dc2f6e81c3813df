#include "core/clients/http_client.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <future>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/clients/local_server.hpp"
#include "core/clients/retrying_transport.hpp"
#include "holds.hpp"

using namespace dreamina;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

HttpResult get(const std::string& url, std::chrono::milliseconds timeout = 20s)
{
    CurlTransport curl;
    return curl.send({.url = url, .timeout = timeout}, {});
}

/// Waits until it is so; false if it never is.
bool becomes(const std::function<bool()>& condition)
{
    const auto deadline = Clock::now() + 20s;
    while (!condition()) {
        if (Clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

/// A port of this machine on which nothing listens.
std::string closed_port_url(const std::string& credentials = "")
{
    std::string url;
    {
        const LocalServer server{[](LocalServer::Connection&) {}};
        url = server.url("/secret-path", credentials);
    }
    return url;
}

}  // namespace

TEST_CASE("a request carries the key, the body and nothing that was not asked for")
{
    std::string seen;
    LocalServer server{[&](auto& connection) {
        seen = connection.request();
        connection.answer(201, R"({"ok":true})", "Retry-After: 7\r\n");
    }};
    CurlTransport curl;
    const HttpResult result =
        curl.send({.method = "POST", .url = server.url("/a/b"), .bearer = "key-1", .json_body = R"({"n":1})"}, {});
    REQUIRE(result);
    CHECK(result->status == 201);
    CHECK(result->body == R"({"ok":true})");
    CHECK(result->retry_after == 7s);
    CHECK(seen.starts_with("POST /a/b HTTP/1.1\r\n"));
    CHECK(holds(seen, "\r\nAuthorization: Bearer key-1\r\n"));
    CHECK(holds(seen, "\r\nContent-Type: application/json\r\n"));
    CHECK(seen.ends_with("\r\n\r\n{\"n\":1}"));
    CHECK_FALSE(holds(seen, "Expect"));
    CHECK_FALSE(holds(seen, "Accept-Encoding"));
}

TEST_CASE("a POST without a body has the length 0 and no content type")
{
    std::string seen;
    LocalServer server{[&](auto& connection) {
        seen = connection.request();
        connection.answer(200, "");
    }};
    CurlTransport curl;
    REQUIRE(curl.send({.method = "POST", .url = server.url()}, {}));
    CHECK(holds(seen, "\r\nContent-Length: 0\r\n"));
    CHECK_FALSE(holds(seen, "Content-Type"));
    CHECK_FALSE(holds(seen, "Authorization"));
}

TEST_CASE("a redirect is an answer like any other, and the environment's proxy is not asked")
{
    LocalServer elsewhere{[](auto& connection) { connection.stay(); }};
    LocalServer server{[&](auto& connection) {
        connection.request();
        connection.answer(302, "", "Location: " + elsewhere.url() + "\r\n");
    }};
    ::setenv("http_proxy", elsewhere.url().c_str(), 1);
    const HttpResult result = get(server.url());
    ::unsetenv("http_proxy");
    REQUIRE(result);
    CHECK(result->status == 302);
    CHECK(elsewhere.connections() == 0);
}

TEST_CASE("each way to fail has its name, and the sentence holds the host but no credentials")
{
    LocalServer silent{[](auto& connection) { connection.stay(); }};
    LocalServer cut_at_once{[](auto& connection) { connection.request(); }};
    LocalServer cut_midway{[](auto& connection) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");
    }};
    LocalServer no_http{[](auto& connection) {
        connection.request();
        connection.send("SSH-2.0-OpenSSH_9.2\r\n");
    }};
    const std::string credentials = "user:pass-word@";
    struct Row {
        const char* name;
        std::string url;
        HttpFault fault;
    };
    const Row rows[] = {
        {"nothing listens", closed_port_url(credentials), HttpFault::unreachable},
        {"no such host", "http://user:pass-word@no-such-host.invalid/secret-path", HttpFault::unreachable},
        {"no answer in time", silent.url("/secret-path", credentials), HttpFault::timed_out},
        {"cut before the answer", cut_at_once.url("/secret-path", credentials), HttpFault::cut},
        {"cut in its middle", cut_midway.url("/secret-path", credentials), HttpFault::cut},
        {"not HTTP", no_http.url("/secret-path", credentials), HttpFault::cut},
        {"another scheme", "ftp://user:pass-word@127.0.0.1/secret-path", HttpFault::bad_request},
        {"a file", "file:///etc/hostname", HttpFault::bad_request},
        {"no scheme", "127.0.0.1:80/secret-path", HttpFault::bad_request},
        {"no URL", "http://user:pass-word@[", HttpFault::bad_request},
        {"a line break", "http://127.0.0.1/\r\nHost: secret-path", HttpFault::bad_request},
        {"empty", "", HttpFault::bad_request},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const HttpResult result = get(row.url, row.fault == HttpFault::timed_out ? 200ms : 20s);
        REQUIRE_FALSE(result);
        CAPTURE(english(result.error().reason));
        CHECK(result.error().fault == row.fault);
        CHECK_FALSE(result.error().reason.empty());
        for (const char* secret : {"user", "pass-word", "secret-path"})
            CHECK_FALSE(holds(english(result.error().reason), secret));
        if (row.fault != HttpFault::bad_request) CHECK(holds(english(result.error().reason), ":"));
    }
}

TEST_CASE("a key that would break out of its header is not sent")
{
    LocalServer server{[](auto& connection) { connection.stay(); }};
    CurlTransport curl;
    const HttpResult result = curl.send({.url = server.url(), .bearer = "key\r\nX-Other: 1"}, {});
    REQUIRE_FALSE(result);
    CHECK(result.error().fault == HttpFault::bad_request);
    CHECK_FALSE(holds(english(result.error().reason), "X-Other"));
    CHECK(server.connections() == 0);
}

TEST_CASE("an answer beyond the bound is refused, with its length told before or not")
{
    LocalServer told{[](auto& connection) {
        connection.request();
        connection.answer(200, std::string(101, 'x'));
    }};
    LocalServer untold{[](auto& connection) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while (connection.send(std::string(1000, 'x'))) {
        }
    }};
    CurlTransport curl;
    for (const LocalServer* server : {&told, &untold}) {
        const HttpResult result = curl.send({.url = server->url(), .max_answer = 100}, {});
        REQUIRE_FALSE(result);
        CHECK(result.error().fault == HttpFault::too_large);
    }
    CHECK(curl.send({.url = told.url(), .max_answer = 101}, {})->body.size() == 101);
}

TEST_CASE("cancelled during a transfer it ends at once")
{
    std::promise<void> arrived;
    LocalServer server{[&](auto& connection) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");
        arrived.set_value();
        connection.stay();
    }};
    CurlTransport curl;
    std::stop_source source;
    auto sending = std::async(std::launch::async,
                              [&] { return curl.send({.url = server.url(), .timeout = 120s}, source.get_token()); });
    arrived.get_future().wait();
    source.request_stop();
    const HttpResult result = sending.get();
    REQUIRE_FALSE(result);
    CHECK(result.error().fault == HttpFault::cancelled);  // had it gone on, it would have timed out
}

TEST_CASE("cancelled before it begins, nothing is sent")
{
    LocalServer server{[](auto& connection) { connection.stay(); }};
    CurlTransport curl;
    std::stop_source source;
    source.request_stop();
    const HttpResult result = curl.send({.url = server.url()}, source.get_token());
    REQUIRE_FALSE(result);
    CHECK(result.error().fault == HttpFault::cancelled);
    CHECK(server.connections() == 0);
}

TEST_CASE("so many at a time to one host; another host is not kept waiting")
{
    std::atomic<int> inside = 0;
    std::atomic<int> max_inside = 0;
    std::promise<void> open;
    const std::shared_future<void> gate = open.get_future().share();
    LocalServer server{[&](auto& connection) {
        connection.request();
        const int now = ++inside;
        int most = max_inside;
        while (now > most && !max_inside.compare_exchange_weak(most, now)) {
        }
        gate.wait();
        --inside;
        connection.answer(200, "");
    }};
    LocalServer other{[](auto& connection) {
        connection.request();
        connection.answer(200, "");
    }};
    CurlTransport curl{{.per_host = 2}};
    std::vector<std::future<HttpResult>> sent;
    for (int i = 0; i < 6; ++i)
        sent.push_back(std::async(std::launch::async, [&] { return curl.send({.url = server.url()}, {}); }));
    const bool full = becomes([&] { return inside == 2; });
    const HttpResult elsewhere = curl.send({.url = other.url()}, {});
    open.set_value();
    CHECK(full);
    CHECK(elsewhere.has_value());
    for (auto& result : sent) CHECK(result.get().has_value());
    CHECK(server.connections() == 6);
    CHECK(max_inside == 2);
}

TEST_CASE("over a real connection: what is repeatable is asked again until it is answered, nothing else is")
{
    LocalServer server{[](auto& connection) {
        connection.request();
        if (connection.number == 1) return;  // cut
        connection.answer(connection.number == 2 ? 503 : 200, "");
    }};
    CurlTransport curl;
    RetryingTransport http{curl, {}, [] { return 0.0; }};
    const HttpResult once = http.send({.url = server.url()}, {});
    REQUIRE_FALSE(once);
    CHECK(once.error().fault == HttpFault::cut);
    CHECK(server.connections() == 1);
    const HttpResult again = http.send({.url = server.url(), .repeatable = true}, {});
    REQUIRE(again);
    CHECK(again->status == 200);
    CHECK(server.connections() == 3);
}
