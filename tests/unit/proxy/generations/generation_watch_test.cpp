#include "proxy/generations/generation_watch.hpp"

#include <optional>

#include <doctest/doctest.h>

#include "net/recording_sink.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// A client that waits for the generation "a".
struct WatchingClient {
    WatchingClient(GenerationWatch& watch, std::chrono::milliseconds at_most,
                   GenerationWatch::Patience patience = GenerationWatch::Patience::until_drain)
    {
        watch.wait(
            "a", exchange, at_most, patience, [this](bool is_over) { told = is_over; }, [this] { has_left = true; });
    }
    RecordingSink sink;
    std::shared_ptr<Exchange> exchange = std::make_shared<Exchange>(Request{}, &sink);
    std::optional<bool> told;
    bool has_left = false;
};

}  // namespace

TEST_CASE("all that wait for a generation hear of its end, once")
{
    EventLoop loop;
    GenerationWatch watch{loop};
    WatchingClient one{watch, 1h};
    WatchingClient two{watch, 1h};
    CHECK(watch.ids() == std::vector<std::string>{"a"});
    watch.is_over("b");
    CHECK_FALSE(one.told);
    watch.is_over("a");
    CHECK(one.told == true);
    CHECK(two.told == true);
    CHECK(watch.empty());
    one.exchange->tell_gone();
    CHECK_FALSE(one.has_left);
}

TEST_CASE("a client that leaves is told nothing, and one that waited for long enough that it is not over")
{
    EventLoop loop;
    GenerationWatch watch{loop};
    WatchingClient leaves{watch, 1h};
    WatchingClient waits{watch, 1ms};
    leaves.exchange->tell_gone();
    CHECK(leaves.has_left);
    loop.after(20ms, [&] { loop.stop(); });
    loop.run();
    CHECK(waits.told == false);
    watch.is_over("a");
    CHECK_FALSE(leaves.told);
    CHECK(waits.told == false);
}

TEST_CASE("when the worker ends, those who may come back are told so, and the others wait on")
{
    EventLoop loop;
    GenerationWatch watch{loop};
    WatchingClient polls{watch, 1h};
    WatchingClient blocks{watch, 1h, GenerationWatch::Patience::to_the_end};
    watch.give_up();
    CHECK(polls.told == false);
    CHECK_FALSE(blocks.told);
    watch.is_over("a");
    CHECK(blocks.told == true);
}
