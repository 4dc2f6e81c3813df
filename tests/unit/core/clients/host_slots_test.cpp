#include "core/clients/host_slots.hpp"

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

void wait_until(const std::function<bool()>& condition)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition()) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        std::this_thread::yield();
    }
}

/// Threads that come one after the other and note when it was their turn.
struct Queue {
    explicit Queue(HostSlots& of) : slots(of) {}

    void come(int name, std::stop_token stop = {})
    {
        const std::size_t before = slots.waiting("a");
        threads.emplace_back([this, name, stop] {
            const auto slot = slots.enter("a", stop);
            const std::lock_guard lock{mutex};
            (slot ? entered : turned_away).push_back(name);
        });
        wait_until([&] { return slots.waiting("a") == before + 1; });
    }

    HostSlots& slots;
    std::mutex mutex;
    std::vector<int> entered, turned_away;
    std::vector<std::jthread> threads;
};

}  // namespace

TEST_CASE("a full host is entered in the order of coming")
{
    HostSlots slots{1};
    Queue queue{slots};
    {
        const auto held = slots.enter("a", {});
        REQUIRE(held);
        for (int name = 0; name < 5; ++name) queue.come(name);
        CHECK(slots.enter("b", {}));  // another host has a line of its own
    }
    queue.threads.clear();
    CHECK(queue.entered == std::vector<int>{0, 1, 2, 3, 4});
    CHECK(slots.waiting("a") == 0);
}

TEST_CASE("who is told to stop leaves the line, and those behind move up")
{
    HostSlots slots{1};
    Queue queue{slots};
    std::stop_source source;
    {
        const auto held = slots.enter("a", {});
        queue.come(0, source.get_token());
        queue.come(1);
        source.request_stop();
        wait_until([&] { return slots.waiting("a") == 1; });
    }
    queue.threads.clear();
    CHECK(queue.entered == std::vector<int>{1});
    CHECK(queue.turned_away == std::vector<int>{0});
    CHECK_FALSE(slots.enter("a", source.get_token()));  // free, but not for one who was told to stop
    CHECK(slots.enter("a", {}));
}

TEST_CASE("a raised limit lets in those who wait, and 0 counts as 1")
{
    HostSlots slots{0};
    Queue queue{slots};
    const auto held = slots.enter("a", {});
    REQUIRE(held);
    queue.come(0);
    slots.set_limit(2);
    queue.threads.clear();
    CHECK(queue.entered == std::vector<int>{0});
}
