#include "core/clients/retrying_transport.hpp"

#include <thread>

#include <doctest/doctest.h>

#include "core/clients/recording_transport.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// A host that answers the same for ever, and pauses that are noted instead of waited.
struct Retried {
    explicit Retried(HttpResult result, double random = 1.0)
        : inner([result](const HttpRequest&) { return result; }),
          http(
              inner, {}, [random] { return random; },
              [this](std::chrono::milliseconds pause, const std::stop_token& stop) {
                  pauses.push_back(pause);
                  return !stop.stop_requested();
              })
    {
    }

    std::vector<std::chrono::milliseconds> pauses;
    RecordingTransport inner;
    RetryingTransport http;
};

HttpResult busy(std::chrono::seconds retry_after)
{
    return HttpAnswer{.status = 503, .body = "", .retry_after = retry_after};
}

}  // namespace

TEST_CASE("what may pass is asked again four times at most, and only if that does no harm")
{
    struct Row {
        const char* name;
        HttpResult result;
        std::size_t asked;
    };
    const Row rows[] = {
        {"success", answer_of(200, ""), 1},
        {"429", answer_of(429, ""), 4},
        {"502", answer_of(502, ""), 4},
        {"503", answer_of(503, ""), 4},
        {"504", answer_of(504, ""), 4},
        {"400", answer_of(400, ""), 1},
        {"404", answer_of(404, ""), 1},
        {"500", answer_of(500, ""), 1},
        {"524", answer_of(524, ""), 1},
        {"unreachable", fault_of(HttpFault::unreachable), 4},
        {"cut", fault_of(HttpFault::cut), 4},
        {"timed out", fault_of(HttpFault::timed_out), 1},
        {"too large", fault_of(HttpFault::too_large), 1},
        {"bad request", fault_of(HttpFault::bad_request), 1},
        {"cancelled", fault_of(HttpFault::cancelled), 1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Retried scene{row.result};
        const HttpResult result = scene.http.send({.url = "u", .repeatable = true}, {});
        CHECK(scene.inner.asked.size() == row.asked);
        CHECK(scene.pauses.size() == row.asked - 1);
        CHECK(result.has_value() == row.result.has_value());
        if (result) CHECK(result->status == row.result->status);

        Retried not_repeatable{row.result};
        not_repeatable.http.send({.url = "u"}, {});
        CHECK(not_repeatable.inner.asked.size() == 1);
    }
}

TEST_CASE("the waits double up to their bound, and are anything between nothing and that")
{
    const HttpRequest request{.url = "u", .repeatable = true};
    Retried longest{answer_of(503, ""), 1.0};
    longest.http.send(request, {});
    CHECK(longest.pauses == std::vector<std::chrono::milliseconds>{500ms, 1000ms, 2000ms});
    Retried half{answer_of(503, ""), 0.5};
    half.http.send(request, {});
    CHECK(half.pauses == std::vector<std::chrono::milliseconds>{250ms, 500ms, 1000ms});
    Retried none{answer_of(503, ""), 0.0};
    none.http.send(request, {});
    CHECK(none.pauses == std::vector<std::chrono::milliseconds>{0ms, 0ms, 0ms});

    std::vector<std::chrono::milliseconds> pauses;
    RetryingTransport patient{longest.inner,
                              {.max_attempts = 8},
                              [] { return 1.0; },
                              [&](std::chrono::milliseconds pause, const std::stop_token&) {
                                  pauses.push_back(pause);
                                  return true;
                              }};
    patient.send(request, {});
    REQUIRE(pauses.size() == 7);
    CHECK(pauses.back() == 8000ms);
}

TEST_CASE("a small Retry-After is kept to, a large one is the caller's affair")
{
    const HttpRequest request{.url = "u", .repeatable = true};
    Retried small{busy(30s), 0.0};
    small.http.send(request, {});
    CHECK(small.pauses == std::vector<std::chrono::milliseconds>{30s, 30s, 30s});
    Retried large{busy(31s), 0.0};
    CHECK(large.http.send(request, {})->retry_after == 31s);
    CHECK(large.inner.asked.size() == 1);
}

TEST_CASE("an answer ends the repetitions")
{
    int count = 0;
    RecordingTransport inner{
        [&](const HttpRequest&) { return ++count < 3 ? answer_of(502, "") : answer_of(200, "yes"); }};
    RetryingTransport http{inner, {}, [] { return 0.0; }};
    CHECK(http.send({.url = "u", .repeatable = true}, {})->body == "yes");
    CHECK(count == 3);
}

TEST_CASE("a pause ends at once when it is told to stop")
{
    std::stop_source source;
    RecordingTransport inner{[&](const HttpRequest&) {
        source.request_stop();  // told while the wait is still to come
        return answer_of(503, "");
    }};
    RetryingTransport http{inner, {.first_wait = 1h, .max_wait = 1h}, [] { return 1.0; }};
    const HttpResult result = http.send({.url = "u", .repeatable = true}, source.get_token());
    REQUIRE_FALSE(result);
    CHECK(result.error().fault == HttpFault::cancelled);
    CHECK(inner.asked.size() == 1);

    std::stop_source later;
    std::jthread teller{[&] { later.request_stop(); }};
    CHECK_FALSE(pause_for(1h, later.get_token()));
    CHECK(pause_for(0ms, {}));
}

TEST_CASE("the random fraction stays below 1 and is not always the same")
{
    const RandomFraction random = random_fraction();
    const double first = random();
    bool differs = false;
    for (int i = 0; i < 1000; ++i) {
        const double next = random();
        CHECK(next >= 0);
        CHECK(next < 1);
        differs = differs || next != first;
    }
    CHECK(differs);
}
