#include "net/exchange.hpp"

#include <doctest/doctest.h>

#include "net/recording_sink.hpp"

using namespace dreamina;

TEST_CASE("an answer: status, headers in their order, body, end")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    CHECK_FALSE(exchange.started());
    exchange.start(201, {{"Content-Type", "text/plain"}, {"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}});
    CHECK(exchange.started());
    exchange.write("one");
    exchange.write("");
    exchange.write("two");
    exchange.finish();
    CHECK(sink.said ==
          "Status: 201 Created\r\nContent-Type: text/plain\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nonetwo");
    CHECK(sink.ends == 1);
    CHECK(sink.cuts == 0);
    CHECK(exchange.gone());
}

TEST_CASE("a whole answer at once")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    answer(exchange, {.status = 404, .headers = {{"A", "b"}}, .body = "none"});
    CHECK(sink.said == "Status: 404 Not Found\r\nA: b\r\nContent-Length: 4\r\n\r\nnone");
    CHECK(sink.ends == 1);
}

TEST_CASE("an answer without content has no length; an empty one has")
{
    RecordingSink none;
    Exchange without{Request{}, &none};
    answer(without, {.status = 204});
    CHECK(none.said == "Status: 204 No Content\r\n\r\n");

    RecordingSink empty;
    Exchange with{Request{}, &empty};
    answer(with, {.status = 200});
    CHECK(empty.said == "Status: 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a status that has no phrase still makes a status line")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    exchange.start(599, {});
    CHECK(sink.said.starts_with("Status: 599 "));
}

TEST_CASE("after the end nothing is said any more, whatever is called")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    answer(exchange, {.body = "x"});
    const std::string said = sink.said;
    exchange.start(500, {});
    exchange.write("late");
    exchange.finish();
    exchange.abort();
    CHECK(sink.said == said);
    CHECK(sink.ends == 1);
    CHECK(sink.cuts == 0);
}

TEST_CASE("the head is sent once")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    exchange.start(200, {});
    exchange.start(500, {});
    CHECK(sink.said == "Status: 200 OK\r\n\r\n");
}

TEST_CASE("an answer that cannot be finished is cut")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    exchange.start(200, {});
    exchange.abort();
    CHECK(sink.cuts == 1);
    CHECK(sink.ends == 0);
    CHECK(exchange.gone());
}

TEST_CASE("a client that has gone is told of once, and hears nothing more")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    int told = 0;
    exchange.on_gone([&] {
        ++told;
        CHECK(exchange.gone());
        exchange.write("nobody hears");
        exchange.finish();
    });
    exchange.tell_gone();
    exchange.tell_gone();
    CHECK(told == 1);
    CHECK(sink.said.empty());
    CHECK(sink.ends == 0);
    CHECK_FALSE(exchange.backlogged());
}

TEST_CASE("a finished exchange is not told that the client has gone or that a backlog is worked off")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    int told = 0;
    exchange.on_gone([&] { ++told; });
    exchange.on_drained([&] { ++told; });
    exchange.finish();
    exchange.tell_gone();
    exchange.tell_drained();
    CHECK(told == 0);
}

TEST_CASE("a backlog above the largest is one; being drained is told each time")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    sink.held = max_backlog;
    CHECK_FALSE(exchange.backlogged());
    sink.held = max_backlog + 1;
    CHECK(exchange.backlogged());
    int told = 0;
    exchange.on_drained([&] { ++told; });
    exchange.tell_drained();
    exchange.tell_drained();
    CHECK(told == 2);
}

TEST_CASE("what was sent so far is known: the status, and how much of the body")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    CHECK_FALSE(exchange.status());
    exchange.start(201, {{"A", "b"}});
    exchange.start(500, {});
    exchange.write("one");
    exchange.write("two");
    exchange.finish();
    exchange.write("late");
    CHECK(exchange.status() == 201);
    CHECK(exchange.body_bytes() == 6);
    CHECK_FALSE(exchange.is_lingering());
    CHECK_FALSE(exchange.was_left());
}

TEST_CASE("nothing was sent to a client that left before, and it left")
{
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    exchange.tell_gone();
    answer(exchange, {.status = 200, .body = "x"});
    CHECK_FALSE(exchange.status());
    CHECK(exchange.body_bytes() == 0);
    CHECK(exchange.was_left());
}

TEST_CASE("an answer lingers until its slow reader has taken it, or has gone")
{
    for (const bool leaves : {false, true}) {
        CAPTURE(leaves);
        RecordingSink sink;
        Exchange exchange{Request{}, &sink};
        sink.held = 1;
        answer(exchange, {.body = "x"});
        CHECK(exchange.is_lingering());
        CHECK_FALSE(exchange.was_left());
        int told = 0;
        exchange.on_delivered([&] {
            ++told;
            CHECK_FALSE(exchange.is_lingering());
        });
        leaves ? exchange.tell_gone() : exchange.tell_delivered();
        exchange.tell_gone();
        CHECK(told == 1);
        CHECK(exchange.was_left() == leaves);
    }
}
