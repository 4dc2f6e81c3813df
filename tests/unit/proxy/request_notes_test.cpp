#include "proxy/request_notes.hpp"

#include <doctest/doctest.h>

#include "core/base/time_ordered_id.hpp"
#include "net/recording_sink.hpp"

using namespace dreamina;

namespace {

RequestNotes notes_of(const std::string& path)
{
    Request request;
    request.method = "POST";
    request.path = path;
    request.target = path + "?key=hidden";
    request.query = "key=hidden";
    return RequestNotes{request, 42, 7};
}

}  // namespace

TEST_CASE("what is noted when a request comes")
{
    const RequestNotes notes = notes_of("/v1/images/generations");
    CHECK(is_time_ordered_id(notes.id()));
    CHECK(notes.facts().path == "/v1/images/generations");
    CHECK(notes.facts().method == "POST");
    CHECK(notes.facts().bytes_in == 42);
    CHECK(notes.facts().api_key == 7);
    CHECK(system_now() - notes.facts().began_at < std::chrono::minutes{1});
    CHECK(notes_of("/").id() != notes.id());
}

TEST_CASE("what is no text becomes some, and has a bound")
{
    CHECK(notes_of("/v1/\x01\xff/\n").facts().path == std::string{"/v1/?"} + "?/?");
    CHECK(notes_of("/" + std::string(10'000, 'a')).facts().path.size() == 200);
    RequestNotes notes = notes_of("/");
    for (const std::string& model : {std::string(101, 'm'), std::string{"a\nb"}, std::string{"\xff"}}) {
        notes.asked_for(model);
        CHECK_FALSE(notes.facts().model_asked);
    }
    notes.asked_for("积分-4.0");
    CHECK(notes.facts().model_asked == "积分-4.0");
}

TEST_CASE("the end: what the client was sent, and the upstream's time over all attempts")
{
    RequestNotes notes = notes_of("/");
    RecordingSink sink;
    Exchange exchange{Request{}, &sink};
    exchange.start(200, {});
    exchange.write(std::string(100, 'a'));
    exchange.write(std::string(20, 'b'));
    exchange.finish();
    notes.begin_attempt();
    const milliseconds first = notes.end_attempt();
    notes.begin_attempt();
    const milliseconds second = notes.end_attempt();
    const RequestEnd end = notes.end(RequestOutcome::success, exchange, 2);
    CHECK(end.bytes_out == 120);
    CHECK(end.status == 200);
    CHECK(end.attempts == 2);
    CHECK(end.upstream_took >= first + second);
    CHECK(end.took >= end.upstream_took);
    CHECK_FALSE(end.client_gone);
}
