#include "core/domain/generation_outlook.hpp"

#include <doctest/doctest.h>

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time outlook_at = from_millis(1'795'861'200'000);

Generation waiting_generation()
{
    return {.model = "jimeng-4.0", .created_at = outlook_at, .expires_at = outlook_at + 24h};
}

Generation sent_generation(milliseconds since)
{
    Generation generation = waiting_generation();
    generation.state = GenerationState::in_progress;
    generation.sent_at = outlook_at - since;
    return generation;
}

/// Ten that took 10 to 100 seconds, one a minute.
Durations ten_durations()
{
    Durations durations;
    for (int i = 1; i <= 10; ++i) durations.sorted.push_back(std::chrono::seconds{10 * i});
    durations.span = 10min;
    return durations;
}

}  // namespace

TEST_CASE("where one is in the queue, and when it ends, follows from the last ones of its model")
{
    const Outlook unknown = outlook(waiting_generation(), std::nullopt, 2, outlook_at);
    CHECK(unknown.position == 3);
    CHECK_FALSE(unknown.eta_seconds);
    const Outlook waiting = outlook(waiting_generation(), ten_durations(), 2, outlook_at);
    CHECK(waiting.eta_seconds == 60 + 3 * 60);
    CHECK(waiting.progress == 0);
    const Outlook running = outlook(sent_generation(25s), ten_durations(), 0, outlook_at);
    CHECK_FALSE(running.position);
    CHECK(running.eta_seconds == 35);
    CHECK(running.progress == 19);
    const Outlook late = outlook(sent_generation(1h), ten_durations(), 0, outlook_at);
    CHECK(late.eta_seconds == 0);
    CHECK(late.progress == 99);
    CHECK(outlook(sent_generation(-1h), ten_durations(), 0, outlook_at).progress == 0);  // a clock that was set back
}
