#include "net/acceptor.hpp"

#include <doctest/doctest.h>

#include "net/fastcgi_service.hpp"

using namespace dreamina;

TEST_CASE("silent connections hold up no others")
{
    Service service{echo};
    std::vector<Client> silent;
    for (int i = 0; i < 100; ++i) {
        silent.emplace_back(service);
        silent.back().send(begin_record().substr(0, static_cast<std::size_t>(i % 17)));
    }
    Client client{service};
    for (int i = 0; i < 5; ++i) {
        client.send(request_bytes("GET", "/x", ""));
        CHECK(client.receive().text == expected_echo("GET", "/x", ""));
    }
    CHECK(service.connections() == 101);
    for (Client& one : silent) one.leave();
    CHECK(becomes_true([&] { return service.connections() == 1; }));
}

TEST_CASE("draining: no new connections, answers to their end; connections are the peer's to close")
{
    std::promise<std::shared_ptr<Exchange>> arrived;
    std::promise<void> empty;
    std::promise<std::shared_ptr<Exchange>> again;
    std::promise<std::shared_ptr<Exchange>>* next = &arrived;
    Service service{[&](const std::shared_ptr<Exchange>& exchange) {
        next->set_value(exchange);
        next = &again;
    }};
    Client busy{service};
    Client idle{service};
    busy.send(request_bytes("GET", "/x", ""));
    std::shared_ptr<Exchange> exchange = arrived.get_future().get();
    REQUIRE(becomes_true([&] { return service.connections() == 2; }));

    service.ask([&](Acceptor& acceptor) {
        acceptor.drain([&] { empty.set_value(); });
        return 0;
    });
    Client late{service};  // waits in the socket's queue for another worker
    late.send(request_bytes("GET", "/late", ""));
    CHECK(service.connections() == 2);
    CHECK(service.busy() == 1);

    service.ask([&](Acceptor&) {
        answer(*exchange, {.body = "whole"});
        exchange.reset();
        return 0;
    });
    const FastcgiAnswer answered = busy.receive();
    CHECK(answered.ended);
    CHECK(answered.text == good_answer("whole"));
    CHECK(service.busy() == 0);
    CHECK(service.connections() == 2);  // the next request may be on its way already
    busy.send(request_bytes("GET", "/x", ""));
    exchange = again.get_future().get();
    service.ask([&](Acceptor&) {
        answer(*exchange, {.body = "too"});
        exchange.reset();
        return 0;
    });
    CHECK(busy.receive().text == good_answer("too"));
    busy.leave();
    idle.leave();
    CHECK(empty.get_future().wait_for(deadline) == std::future_status::ready);
    CHECK(service.connections() == 0);
}

TEST_CASE("draining without a connection is over at once")
{
    Service service{echo};
    std::promise<void> empty;
    service.ask([&](Acceptor& acceptor) {
        acceptor.drain([&] { empty.set_value(); });
        return 0;
    });
    CHECK(empty.get_future().wait_for(deadline) == std::future_status::ready);
}

TEST_CASE("the preferred worker takes what comes, another what it leaves")
{
    std::promise<void> held_up;
    std::promise<void> go_on;
    Service preferred{echo};
    Service standby{preferred, echo, [] { return false; }};
    std::vector<Client> clients;
    for (int i = 0; i < 10; ++i) {
        clients.emplace_back(preferred);
        clients.back().send(request_bytes("GET", "/x", ""));
        CHECK(clients.back().receive().text == expected_echo("GET", "/x", ""));
    }
    const std::size_t of_standby = standby.connections();
    CHECK(preferred.connections() + of_standby == 10);

    preferred.post([&] {  // its loop has much to do
        held_up.set_value();
        go_on.get_future().wait();
    });
    held_up.get_future().wait();
    Client late{preferred};
    late.send(request_bytes("GET", "/late", ""));
    CHECK(late.receive().text == expected_echo("GET", "/late", ""));
    CHECK(standby.connections() == of_standby + 1);
    go_on.set_value();
}
