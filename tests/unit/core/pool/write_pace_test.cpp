#include "core/pool/write_pace.hpp"

#include <doctest/doctest.h>

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// A queue that takes what has come when the pace says so, with a clock of the test's.
struct PacedQueue {
    WritePace pace;
    WritePace::Clock::time_point now{1h};

    /// Turns of so many entries, so far apart.
    void turns(int count, std::size_t entries, std::chrono::milliseconds apart)
    {
        for (int i = 0; i < count; ++i) {
            now += apart;
            pace.has_begun(now, entries);
        }
    }
    std::chrono::milliseconds wait(std::size_t gathered, std::size_t in_flight) const
    {
        return until(pace.begins({.entries = gathered}, in_flight));
    }
    /// Of what no request waits for; the first of it came so long ago.
    std::chrono::milliseconds wait_unawaited(std::chrono::milliseconds age, std::size_t in_flight = 1) const
    {
        return until(pace.begins({.entries = 1, .oldest = now - age, .is_awaited = false}, in_flight));
    }

private:
    std::chrono::milliseconds until(WritePace::Clock::time_point moment) const
    {
        return std::chrono::ceil<std::chrono::milliseconds>(moment - now);
    }
};

}  // namespace

TEST_CASE("a queue that was idle commits at once")
{
    PacedQueue queue;
    queue.turns(1, 64, 1h);
    queue.now += 1h;
    CHECK(queue.wait(1, 1) < 0ms);
    CHECK(queue.wait(1, 1000) < 0ms);
}

TEST_CASE("turns begin two milliseconds apart, but for a few requests")
{
    PacedQueue queue;
    queue.turns(1, 1, 50ms);
    CHECK(queue.wait(1, 8) == 2ms);
    CHECK(queue.wait(1, 7) == 0ms);
}

TEST_CASE("requests one after another never wait for company, however many there have been")
{
    PacedQueue queue;
    for (int i = 0; i < 1000; ++i) {
        queue.turns(1, 1, 2ms);
        CHECK(queue.wait(1, 1) == 0ms);
        CHECK(queue.wait(1, 20) == 2ms);
    }
}

TEST_CASE("what no request waits for goes with the next turn, or after five milliseconds")
{
    PacedQueue queue;
    queue.turns(1, 1, 20ms);
    CHECK(queue.wait_unawaited(0ms) == 5ms);
    CHECK(queue.wait_unawaited(3ms) == 2ms);
    CHECK(queue.wait_unawaited(6ms) == 0ms);
    CHECK(queue.wait(2, 1) == 0ms);  // a reservation has come
    CHECK(queue.wait_unawaited(0ms, 20) == 5ms);
    CHECK(queue.wait_unawaited(4ms, 20) == 2ms);
}

TEST_CASE("at full load a turn waits for thirty-two, for eight milliseconds at most")
{
    PacedQueue queue;
    queue.turns(20, 8, 2ms);
    CHECK(queue.pace.enough(64) == 32);
    CHECK(queue.wait(8, 64) == 8ms);
    CHECK(queue.wait(31, 64) == 8ms);
    CHECK(queue.wait(32, 64) == 2ms);  // enough
    queue.turns(20, 40, 8ms);
    CHECK(queue.wait(10, 64) == 8ms);  // and it stays so
}

TEST_CASE("the load is over: so is the waiting, within some turns")
{
    PacedQueue queue;
    queue.turns(20, 40, 8ms);
    queue.turns(6, 1, 8ms);
    CHECK(queue.pace.enough(64) == 0);
    CHECK(queue.wait(1, 64) == 2ms);
}

TEST_CASE("thousands in flight that wait for their upstream do not slow down the few that come")
{
    PacedQueue queue;
    queue.turns(50, 2, 3ms);
    CHECK(queue.pace.enough(4000) == 0);
    CHECK(queue.wait(2, 4000) == 2ms);
}

TEST_CASE("few in flight do not wait for each other, however fast they are")
{
    PacedQueue queue;
    queue.turns(50, 16, 2ms);
    CHECK(queue.wait(8, 31) == 2ms);
}
