#include "proxy/generations/recorded_answer.hpp"

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "net/recording_sink.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

struct Recorded {
    TemporaryFolder folder;
    RecordedAnswer answer{folder / "generations", "a.answer"};
    Exchange exchange{Request{}, &answer};
    RecordingSink sink;
    std::shared_ptr<Exchange> client = std::make_shared<Exchange>(Request{}, &sink);

    void give(const std::string& body)
    {
        exchange.start(201, {{"Content-Type", "text/plain"}, {"X-Colon", "a: b"}});
        exchange.write(body);
        exchange.finish();
    }
};

}  // namespace

TEST_CASE("an answer is kept as its client got it")
{
    Recorded recorded;
    recorded.answer.set_client(recorded.client);
    recorded.answer.keep();
    recorded.give("a picture");
    CHECK(recorded.sink.said == "Status: 201 Created\r\nContent-Type: text/plain\r\nX-Colon: a: b\r\n\r\na picture");
    CHECK(recorded.sink.ends == 1);
    CHECK(recorded.answer.status() == 201);
    REQUIRE(recorded.answer.headers().size() == 2);
    CHECK(recorded.answer.headers()[1].value == "a: b");
    CHECK(recorded.answer.finish() == "a.answer");
    CHECK(read_file(recorded.folder / "generations/a.answer") == "a picture");
}

TEST_CASE("what is not to be kept leaves no file, and an empty answer needs none")
{
    Recorded recorded;
    recorded.answer.set_client(recorded.client);
    recorded.give("refused");
    CHECK(recorded.sink.ends == 1);
    CHECK_FALSE(recorded.answer.finish());
    CHECK_FALSE(std::filesystem::exists(recorded.folder / "generations"));
    Recorded empty;
    empty.answer.keep();
    empty.give("");
    CHECK_FALSE(empty.answer.finish());
    CHECK(empty.answer.bytes() == 0);
}

TEST_CASE("a client that leaves in the middle takes nothing along")
{
    Recorded recorded;
    recorded.answer.set_client(recorded.client);
    recorded.answer.keep();
    recorded.exchange.start(200, {});
    recorded.exchange.write("half");
    recorded.client->tell_gone();
    recorded.answer.take_client();
    recorded.exchange.write(" and half");
    recorded.exchange.finish();
    CHECK_FALSE(recorded.exchange.gone() == false);
    CHECK(recorded.answer.finish() == "a.answer");
    CHECK(read_file(recorded.folder / "generations/a.answer") == "half and half");
}

TEST_CASE("of an answer that is cut the client sees that, and who comes later is told")
{
    Recorded recorded;
    recorded.answer.set_client(recorded.client);
    recorded.answer.keep();
    recorded.exchange.start(200, {});
    recorded.exchange.write("half");
    recorded.exchange.abort();
    CHECK(recorded.sink.cuts == 1);
    CHECK(recorded.answer.status() == 502);
    CHECK(recorded.answer.finish() == "a.answer");
    CHECK(read_file(recorded.folder / "generations/a.answer")->find("upstream_cut") != std::string::npos);
}

TEST_CASE("where there is no room the client has its answer all the same")
{
    Recorded recorded;
    write_file_atomically(recorded.folder / "generations", "a file in the folder's place", 0600);
    recorded.answer.set_client(recorded.client);
    recorded.answer.keep();
    recorded.give("a picture");
    CHECK(recorded.sink.said.ends_with("a picture"));
    CHECK_FALSE(recorded.answer.finish());
    CHECK(recorded.answer.bytes() == 9);
}

TEST_CASE("an answer that is held back reaches its client once it is recorded")
{
    Recorded recorded;
    recorded.answer.set_client(recorded.client);
    recorded.answer.keep();
    recorded.answer.hold_back();
    recorded.give("a picture");
    CHECK(recorded.sink.said.empty());
    CHECK(recorded.answer.finish() == "a.answer");
    recorded.answer.deliver();
    CHECK(recorded.sink.said.ends_with("\r\n\r\na picture"));
    CHECK(recorded.sink.ends == 1);
    recorded.answer.deliver();
    CHECK(recorded.sink.ends == 1);
}

TEST_CASE("events are not held back, nor blanks that keep a connection alive")
{
    Recorded events;
    events.answer.set_client(events.client);
    events.answer.hold_back();
    events.exchange.start(200, {{"Content-Type", "text/event-stream"}});
    events.exchange.write("data: 1");
    CHECK(events.sink.said.ends_with("data: 1"));
    events.exchange.finish();
    CHECK(events.sink.ends == 1);

    Recorded blanks;
    blanks.answer.set_client(blanks.client);
    blanks.answer.keep();
    blanks.answer.hold_back();
    blanks.exchange.start(200, {{"Content-Type", "application/json"}});
    blanks.exchange.write(" ");
    blanks.exchange.write("{}");
    CHECK(blanks.sink.said.ends_with("\r\n\r\n "));
    blanks.exchange.finish();
    blanks.answer.deliver();
    CHECK(blanks.sink.said.ends_with("\r\n\r\n {}"));
}

TEST_CASE("a held answer that is cut is told as those are told who come later")
{
    Recorded recorded;
    recorded.answer.set_client(recorded.client);
    recorded.answer.keep();
    recorded.answer.hold_back();
    recorded.exchange.start(200, {});
    recorded.exchange.write("half");
    recorded.exchange.abort();
    recorded.answer.deliver();
    CHECK(recorded.sink.cuts == 0);
    CHECK(recorded.sink.said.starts_with("Status: 502"));
    CHECK(recorded.sink.said.find("upstream_cut") != std::string::npos);
    CHECK(recorded.sink.said.find("half") == std::string::npos);
}
