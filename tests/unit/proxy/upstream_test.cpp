#include "proxy/upstream.hpp"

#include <sys/mman.h>

#include <optional>

#include <fmt/format.h>

#include "core/clients/local_server.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// What one request came to.
struct Heard : TransferListener {
    explicit Heard(EventLoop& event_loop) : loop(event_loop) {}
    void on_head(int came, Headers all) override
    {
        status = came;
        headers = std::move(all);
    }
    bool on_body(std::string_view piece) override
    {
        body.append(piece);
        return true;
    }
    void on_end(TransferEnd how) override
    {
        end = how;
        loop.stop();
    }

    EventLoop& loop;
    int status = 0;
    Headers headers;
    std::string body;
    std::optional<TransferEnd> end;
};

struct Asking {
    EventLoop loop;
    Upstream upstream{loop};

    Heard ask(const std::string& url, const std::string& method = "GET", std::shared_ptr<const Body> body = nullptr,
              bool has_body = false)
    {
        Heard heard{loop};
        upstream.start({.base_url = url,
                        .method = method,
                        .target = "/v1/x",
                        .headers = {},
                        .body = std::move(body),
                        .has_body = has_body,
                        .timeout = 10s},
                       heard);
        loop.run();
        REQUIRE(heard.end);
        return heard;
    }
};

std::shared_ptr<const Body> in_memory(const std::string& text) { return std::make_shared<Body>(text); }

std::shared_ptr<const Body> in_a_file(const std::string& text)
{
    UniqueFd file{::memfd_create("body", MFD_CLOEXEC)};
    REQUIRE(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    return std::make_shared<Body>(std::move(file), text.size());
}

/// There are several sets of kept connections, so that several requests go before one that is sent over a kept one.
constexpr int enough_requests = 100;
constexpr int kept_sets = 16;  // or fewer

std::string chunk(std::string_view text) { return fmt::format("{:x}\r\n{}\r\n", text.size(), text); }

constexpr std::string_view chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("a request that a kept connection is cut under is sent once, whatever its method and body")
{
    struct Row {
        std::string name;
        std::string method;
        std::shared_ptr<const Body> body;
        bool has_body;
    };
    const Row rows[] = {
        {"no body", "GET", nullptr, false},
        {"no body, but with an effect", "DELETE", nullptr, false},
        {"an empty body", "POST", in_memory(""), true},
        {"a body in memory", "POST", in_memory(R"({"model":"jimeng-4.0"})"), true},
        {"a body in memory", "PUT", in_memory("{}"), true},
        {"a body in a file", "POST", in_a_file(std::string(100'000, 'x')), true},
        {"a body larger than the socket takes at once", "POST", in_a_file(std::string(20'000'000, 'x')), true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        // Small requests leave kept connections behind. A kept connection is cut under the request that is looked at.
        std::atomic<int> received = 0;
        LocalServer server{[&](LocalServer::Connection& connection) {
            for (bool is_kept = false;; is_kept = true) {
                const std::string request = connection.request();
                if (request.empty()) return;
                const bool is_small = request.find(" /small") != std::string::npos;
                if (!is_small) ++received;
                if (!is_small && is_kept) return;
                connection.answer(200, "{}");
            }
        }};
        Asking asking;
        TransferEnd end = TransferEnd::complete;
        int asked = 0;
        int connections = 0;
        // Kept connections grow too old on a machine that stands still: then it is sent over a new one.
        for (; end == TransferEnd::complete && asked < enough_requests; ++asked) {
            for (int i = 0; i < kept_sets; ++i) asking.ask(server.url("/small"));
            connections = server.connections();
            end = *asking.ask(server.url(""), row.method, row.body, row.has_body).end;
        }
        CHECK(end == TransferEnd::cut);
        CHECK(received == asked);
        CHECK(server.connections() == connections);  // nor is another connection made in vain
    }
}

TEST_CASE("every method but HEAD takes its body along, from memory and from a file; HEAD waits for none in return")
{
    const std::string small = R"({"model":"jimeng-4.0"})";
    const std::string large(300'000, 'x');
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"}) {
        CAPTURE(method);
        std::string request;
        LocalServer server{[&](LocalServer::Connection& connection) {
            for (request = connection.request(); !request.empty(); request = connection.request())
                connection.send(std::string{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"} +
                                (method == "HEAD" ? "" : "{}"));
        }};
        Asking asking;
        struct Row {
            std::string text;
            std::shared_ptr<const Body> body;
            bool has_body;
        };
        for (const Row& row :
             {Row{"", nullptr, false}, Row{"", in_memory(""), true}, Row{small, in_memory(small), true},
              Row{small, in_a_file(small), true}, Row{large, in_a_file(large), true}}) {
            if (method == "HEAD" && row.has_body) break;
            CAPTURE(row.text.size());
            const Heard heard = asking.ask(server.url(""), method, row.body, row.has_body);
            CHECK(heard.end == TransferEnd::complete);
            CHECK(heard.body == (method == "HEAD" ? "" : "{}"));
            CHECK(request.starts_with(method + " /v1/x HTTP/1.1\r\n"));
            const std::size_t head = request.find("\r\n\r\n") + 4;
            CHECK(request.substr(head) == row.text);
            CHECK((request.find("Content-Length: " + std::to_string(row.text.size()) + "\r\n") < head) == row.has_body);
        }
    }
}

TEST_CASE("a kept connection that its server has closed is not used")
{
    std::atomic<int> closed = 0;
    LocalServer server{[&](LocalServer::Connection& connection) {
        if (connection.request().empty()) return;
        connection.answer(200, "{}");
        connection.close();
        ++closed;
    }};
    Asking asking;
    for (int asked = 1; asked <= 20; ++asked) {
        REQUIRE(asking.ask(server.url(""), "POST", in_memory("{}"), true).end == TransferEnd::complete);
        while (closed < asked) std::this_thread::yield();
    }
    CHECK(server.connections() == 20);
}

TEST_CASE("a request that was cut does not count as one that was never sent, though nothing listens any more")
{
    std::optional<LocalServer> server;
    Asking asking;
    server.emplace([&](LocalServer::Connection& connection) {
        if (connection.request().empty()) return;
        connection.answer(200, "{}");
        if (!connection.request().empty()) server->stop_listening();
    });
    const std::string url = server->url("");
    TransferEnd end = TransferEnd::complete;
    for (int asked = 0; end == TransferEnd::complete && asked < enough_requests; ++asked) end = *asking.ask(url).end;
    CHECK(end == TransferEnd::cut);
    server.reset();
    CHECK(asking.ask(url).end == TransferEnd::unreachable);
}

TEST_CASE("trailers without end do not hold an answer up, nor gather here")
{
    std::atomic<std::size_t> taken = 0;
    LocalServer server{[&](LocalServer::Connection& connection) {
        connection.request();
        connection.send(std::string{chunked_head} + chunk("the whole answer") + "0\r\n");
        std::string trailers;
        for (int i = 0; i < 1000; ++i) trailers += "X-Trailer: " + std::string(100, 'x') + "\r\n";
        for (int i = 0; i < 1000 && connection.send(trailers); ++i) taken += trailers.size();
    }};
    Asking asking;
    const Heard heard = asking.ask(server.url(""));
    CHECK(heard.end == TransferEnd::complete);
    CHECK(heard.body == "the whole answer");
    CHECK(taken < 20'000'000);  // what the sockets hold
}

TEST_CASE("a few trailers are passed over")
{
    LocalServer server{[](LocalServer::Connection& connection) {
        connection.request();
        connection.send(std::string{chunked_head} + chunk("x") + "0\r\nX-Sum: 7\r\nX-Other: 8\r\n\r\n");
        connection.stay();
    }};
    const Heard heard = Asking{}.ask(server.url(""));
    CHECK(heard.end == TransferEnd::complete);
    CHECK(find_header(heard.headers, "X-Sum") == nullptr);
}

TEST_CASE("interim answers without end are no answer")
{
    LocalServer server{[](LocalServer::Connection& connection) {
        connection.request();
        std::string hints;
        for (int i = 0; i < 100; ++i)
            hints += "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(100, 'x') + "\r\n\r\n";
        while (connection.send(hints)) continue;
    }};
    const Heard heard = Asking{}.ask(server.url(""));
    CHECK(heard.end == TransferEnd::cut);
    CHECK(heard.status == 0);
}

TEST_CASE("a head is taken as it stands, a folded line as a part of its header")
{
    LocalServer server{[](LocalServer::Connection& connection) {
        connection.request();
        connection.send(
            "HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\n"
            "HTTP/1.1 201 Created\r\nX-A:  one \r\n two\r\nX-B:\r\n"
            "Content-Length: 0\r\n\r\n");
        connection.stay();
    }};
    const Heard heard = Asking{}.ask(server.url(""));
    CHECK(heard.status == 201);
    REQUIRE(find_header(heard.headers, "X-A") != nullptr);
    CHECK(*find_header(heard.headers, "X-A") == "one two");
    CHECK(find_header(heard.headers, "Link") == nullptr);
    REQUIRE(find_header(heard.headers, "X-B") != nullptr);
    CHECK(find_header(heard.headers, "X-B")->empty());
}

TEST_CASE("a head of two hundred thousand bytes arrives")
{
    LocalServer server{[](LocalServer::Connection& connection) {
        connection.request();
        std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
        for (int i = 0; i < 200; ++i) head += fmt::format("X-{}: {}\r\n", i, std::string(1000, 'x'));
        connection.send(head + "\r\nok");
        connection.stay();
    }};
    const Heard heard = Asking{}.ask(server.url(""));
    CHECK(heard.end == TransferEnd::complete);
    CHECK(heard.headers.size() == 201);
}
