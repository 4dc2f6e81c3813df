#include "net/connection.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include <doctest/doctest.h>

#include "net/fastcgi_service.hpp"

using namespace dreamina;

TEST_CASE("a request is told apart into what nginx said of it")
{
    std::promise<void> seen;
    Service service{[&](const std::shared_ptr<Exchange>& exchange) {
        const Request& request = exchange->request();
        CHECK(request.method == "POST");
        CHECK(request.target == "/v1/a%20b?x=1&y=%20");
        CHECK(request.path == "/v1/a b");
        CHECK(request.query == "x=1&y=%20");
        CHECK(request.remote_address == "10.0.0.1");
        CHECK(request.over_tls);
        CHECK(request.content_type == "application/json; charset=utf-8");
        const std::string* id = find_header(request.headers, "X-Request-Id");
        CHECK((id != nullptr && *id == "a=b"));
        CHECK(request.bearer_token().value_or("") == "secret");
        CHECK(find_header(request.headers, "Server-Name") == nullptr);
        CHECK(request.base == "/dreamina");
        CHECK(request.body.text() == "{}");
        answer(*exchange, {.status = 204});
        seen.set_value();
    }};
    Client client{service};
    client.send(fastcgi_request({{"REQUEST_METHOD", "POST"},
                                 {"REQUEST_URI", "/v1/a%20b?x=1&y=%20"},
                                 {"DOCUMENT_URI", "/v1/a b"},
                                 {"QUERY_STRING", "x=1&y=%20"},
                                 {"REMOTE_ADDR", "10.0.0.1"},
                                 {"REQUEST_SCHEME", "https"},
                                 {"SERVER_NAME", "example"},
                                 {"DREAMINA_BASE", "/dreamina"},
                                 {"CONTENT_TYPE", "application/json; charset=utf-8"},
                                 {"CONTENT_LENGTH", "2"},
                                 {"HTTP_X_REQUEST_ID", "a=b"},
                                 {"HTTP_AUTHORIZATION", "Bearer secret"}},
                                "{}", 513));
    const FastcgiAnswer answered = client.receive();
    CHECK(seen.get_future().wait_for(deadline) == std::future_status::ready);
    CHECK(answered.ended);
    CHECK(answered.request_id == 513);
    CHECK(answered.text == "Status: 204 No Content\r\n\r\n");
}

TEST_CASE("requests of every size, one after the other on one connection")
{
    Service service{echo};
    Client client{service};
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{32768}, std::size_t{65536},
                                   std::size_t{65537}, std::size_t{1024 * 1024}, std::size_t{3}}) {
        CAPTURE(size);
        const std::string body = bytes_of(size);
        client.send(request_bytes("POST", "/v1/x", body));
        const FastcgiAnswer answered = client.receive();
        CHECK(answered.ended);
        CHECK(answered.text == expected_echo("POST", "/v1/x", body));
    }
    CHECK(service.connections() == 1);
    CHECK(service.busy() == 0);
}

TEST_CASE("a request that comes byte by byte")
{
    Service service{echo};
    Client client{service};
    for (const char c : request_bytes("POST", "/slow", "hello")) client.send({&c, 1});
    CHECK(client.receive().text == expected_echo("POST", "/slow", "hello"));
}

TEST_CASE("a request that arrives while the one before is being answered waits for its turn")
{
    std::promise<std::shared_ptr<Exchange>> first;
    bool held = false;
    Service service{[&](const std::shared_ptr<Exchange>& exchange) {
        if (std::exchange(held, true)) {
            echo(exchange);
        } else {
            first.set_value(exchange);
        }
    }};
    Client client{service};
    client.send(request_bytes("GET", "/one", ""));
    std::shared_ptr<Exchange> exchange = first.get_future().get();
    client.send(request_bytes("GET", "/two", ""));
    service.ask([&](Acceptor&) {
        echo(exchange);
        exchange.reset();
        return 0;
    });
    CHECK(client.receive().text == expected_echo("GET", "/one", ""));
    CHECK(client.receive().text == expected_echo("GET", "/two", ""));
}

TEST_CASE("a small body that comes late is waited for elsewhere")
{
    Service service{echo};
    Client late{service};
    const std::string whole = request_bytes("POST", "/late", "hello");
    late.send(std::string_view{whole}.substr(0, whole.size() - 10));
    // The loop hands the connection over to a thread that may wait.
    CHECK(becomes_true([&] { return service.busy() == 1; }));
    late.send(std::string_view{whole}.substr(whole.size() - 10));
    CHECK(late.receive().text == expected_echo("POST", "/late", "hello"));
}

TEST_CASE("what is not FastCGI closes its connection and no other")
{
    Service service{echo};
    Client good{service};
    for (const std::string& garbage :
         {std::string{"GET / HTTP/1.1\r\nHost: a\r\n\r\n"}, std::string(4096, '\xFF'), std::string(16, '\0'),
          begin_record() + record(record_params, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFxx") + record(record_params, "")}) {
        Client bad{service};
        bad.send(garbage);
        CHECK(bad.is_closed());
    }
    good.send(request_bytes("GET", "/x", ""));
    CHECK(good.receive().ended);
    CHECK(becomes_true([&] { return service.connections() == 1; }));
}

TEST_CASE("a body that is not as long as its length says closes the connection")
{
    std::atomic<int> dispatched = 0;
    Service service{[&](const std::shared_ptr<Exchange>& exchange) {
        ++dispatched;
        echo(exchange);
    }};
    for (const std::string said : {"4", "6", "100000"}) {
        CAPTURE(said);
        Client client{service};
        client.send(fastcgi_request({{"REQUEST_METHOD", "POST"}, {"CONTENT_LENGTH", said}}, "12345"));
        CHECK(client.is_closed());
    }
    CHECK(dispatched == 0);
}

TEST_CASE("a reader that does not keep up pauses the producer and loses nothing")
{
    constexpr std::size_t total = 8 * 1000 * 1000;
    const std::string piece = bytes_of(10'000);
    // All of the loop's thread, but `paused`.
    std::size_t said = 0;
    int pauses = 0;
    std::atomic<bool> paused = false;
    std::shared_ptr<Exchange> exchange;
    const auto produce = [&] {
        while (said < total && !exchange->backlogged()) {
            exchange->write(piece);
            said += piece.size();
        }
        if (said < total) {
            ++pauses;
            paused = true;
            return;
        }
        exchange->finish();
        exchange.reset();
    };
    Service service{[&](const std::shared_ptr<Exchange>& given) {
        exchange = given;
        exchange->start(200, {});
        exchange->on_drained(produce);
        produce();
    }};
    Client client{service};
    client.send(request_bytes("GET", "/big", ""));
    REQUIRE(becomes_true([&] { return paused.load(); }));
    // No more is produced than a backlog, one piece, and what the socket itself takes.
    CHECK(service.ask([&](Acceptor&) { return said; }) < total / 4);
    CHECK(service.busy() == 1);

    const FastcgiAnswer answered = client.receive();
    CHECK(answered.ended);
    const std::string head = "Status: 200 OK\r\n\r\n";
    REQUIRE(answered.text.size() == head.size() + total);
    bool same = answered.text.starts_with(head);
    for (std::size_t at = head.size(); same && at < answered.text.size(); at += piece.size())
        same = answered.text.compare(at, piece.size(), piece) == 0;
    CHECK(same);
    CHECK(service.ask([&](Acceptor&) { return pauses; }) > 1);
}

TEST_CASE("the handler that answers a client is told when it leaves")
{
    std::promise<void> gone;
    std::promise<void> arrived;
    std::shared_ptr<Exchange> exchange;
    Service service{[&](const std::shared_ptr<Exchange>& given) {
        exchange = given;
        exchange->on_gone([&] {
            exchange->start(200, {});
            exchange->write("nobody");
            exchange->finish();
            exchange.reset();
            gone.set_value();
        });
        arrived.set_value();
    }};
    Client client{service};
    client.send(request_bytes("GET", "/x", ""));
    REQUIRE(arrived.get_future().wait_for(deadline) == std::future_status::ready);
    client.leave();
    CHECK(gone.get_future().wait_for(deadline) == std::future_status::ready);
    CHECK(becomes_true([&] { return service.connections() == 0; }));
}

TEST_CASE("a client that leaves during its request is not answered")
{
    std::atomic<int> dispatched = 0;
    Service service{[&](const std::shared_ptr<Exchange>&) { ++dispatched; }};
    const std::string whole = request_bytes("POST", "/x", bytes_of(500'000));
    for (const std::size_t sent : {std::size_t{10}, std::size_t{80}, std::size_t{1000}, whole.size() / 2}) {
        CAPTURE(sent);
        Client client{service};
        client.send(std::string_view{whole}.substr(0, sent));
        REQUIRE(becomes_true([&] { return service.connections() == 1; }));
        client.leave();
        CHECK(becomes_true([&] { return service.connections() == 0; }));
    }
    CHECK(dispatched == 0);
}

TEST_CASE("an answer that is cut is no good answer: broken on the wire, and the connection closed")
{
    Service service{[](const std::shared_ptr<Exchange>& exchange) {
        exchange->start(200, {});
        exchange->write("half");
        exchange->abort();
    }};
    Client client{service};
    client.send(request_bytes("GET", "/x", ""));
    const FastcgiAnswer answered = client.receive();
    CHECK_FALSE(answered.ended);
    CHECK(answered.broken);
    CHECK(answered.text == "Status: 200 OK\r\n\r\nhalf");
    CHECK(client.is_closed());
}

TEST_CASE("an answer's end is told when its reader has taken it, or has left")
{
    constexpr std::size_t total = 4 * 1000 * 1000;
    for (const bool leaves : {false, true}) {
        CAPTURE(leaves);
        std::promise<bool> lingered;
        std::promise<bool> was_left;
        std::shared_ptr<Exchange> exchange;
        Service service{[&](const std::shared_ptr<Exchange>& given) {
            exchange = given;
            answer(*exchange, {.body = bytes_of(total)});
            exchange->on_delivered([&] {
                was_left.set_value(exchange->was_left());
                exchange.reset();
            });
            lingered.set_value(exchange->is_lingering());
        }};
        Client client{service};
        client.send(request_bytes("GET", "/big", ""));
        CHECK(lingered.get_future().get());
        if (leaves) {
            client.leave();
        } else {
            CHECK(client.receive().text == good_answer(bytes_of(total)));
        }
        auto end = was_left.get_future();
        REQUIRE(end.wait_for(deadline) == std::future_status::ready);
        CHECK(end.get() == leaves);
    }
}

TEST_CASE("who answers when a worker ends is told that the client has gone")
{
    bool told = false;
    std::promise<void> arrived;
    std::shared_ptr<Exchange> exchange;
    {
        Service service{[&](const std::shared_ptr<Exchange>& given) {
            exchange = given;
            exchange->on_gone([&] { told = true; });
            arrived.set_value();
        }};
        Client client{service};
        client.send(request_bytes("GET", "/x", ""));
        REQUIRE(arrived.get_future().wait_for(deadline) == std::future_status::ready);
    }
    CHECK(told);
    CHECK(exchange->gone());
}
