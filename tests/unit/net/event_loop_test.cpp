#include "net/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <memory>
#include <string>
#include <thread>

#include <doctest/doctest.h>

using namespace dreamina;
using std::chrono::milliseconds;

namespace {

UniqueFd readable() { return UniqueFd{::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC)}; }

/// Does as it is told, and remembers how often.
struct Told : Watcher {
    explicit Told(std::function<void()> call) : then(std::move(call)) {}
    void on_ready(std::uint32_t) override
    {
        ++times;
        then();
    }
    std::function<void()> then;
    int times = 0;
};

/// Ends the loop rather than the test run if a test waits in vain.
EventLoop::TimerId give_up(EventLoop& loop)
{
    return loop.after(std::chrono::seconds{20}, [&loop] { loop.stop(); });
}

}  // namespace

TEST_CASE("timers run in the order of their times, those of one time in the order they were set")
{
    EventLoop loop;
    std::string order;
    loop.after(milliseconds{30}, [&] {
        order += 'd';
        loop.stop();
    });
    loop.after(milliseconds{20}, [&] { order += 'c'; });
    loop.after(milliseconds{1}, [&] { order += 'a'; });
    loop.after(milliseconds{10}, [&] { order += 'b'; });
    give_up(loop);
    loop.run();
    CHECK(order == "abcd");
}

TEST_CASE("a timer does not run before its time")
{
    EventLoop loop;
    const auto start = EventLoop::Clock::now();
    EventLoop::Clock::time_point ran;
    loop.after(milliseconds{25}, [&] {
        ran = EventLoop::Clock::now();
        loop.stop();
    });
    loop.run();
    CHECK(ran - start >= milliseconds{25});
}

TEST_CASE("a cancelled timer does not run, nor one that another cancels in the same turn")
{
    EventLoop loop;
    std::string order;
    const auto never = loop.after(milliseconds{1}, [&] { order += 'x'; });
    EventLoop::TimerId second;
    loop.after(milliseconds{2}, [&] {
        order += 'a';
        loop.cancel(second);
    });
    second = loop.after(milliseconds{2}, [&] { order += 'y'; });
    loop.after(milliseconds{20}, [&] { loop.stop(); });
    loop.cancel(never);
    loop.cancel(never);
    loop.run();
    CHECK(order == "a");
}

TEST_CASE("a timer may set the next one")
{
    EventLoop loop;
    int turns = 0;
    std::function<void()> again = [&] { ++turns < 5 ? void(loop.after(milliseconds{0}, again)) : loop.stop(); };
    loop.after(milliseconds{0}, again);
    give_up(loop);
    loop.run();
    CHECK(turns == 5);
}

TEST_CASE("what other threads post runs on the loop's thread, all of it and in each one's order")
{
    constexpr int threads = 4;
    constexpr int calls = 2000;
    EventLoop loop;
    const auto loop_thread = std::this_thread::get_id();
    int done = 0;
    int last[threads] = {};
    bool in_order = true;
    bool on_loop = true;
    std::vector<std::thread> posters;
    for (int t = 0; t < threads; ++t) {
        posters.emplace_back([&, t] {
            for (int i = 1; i <= calls; ++i) {
                loop.post([&, t, i] {
                    in_order = in_order && last[t] == i - 1;
                    on_loop = on_loop && std::this_thread::get_id() == loop_thread;
                    last[t] = i;
                    if (++done == threads * calls) loop.stop();
                });
            }
        });
    }
    give_up(loop);
    loop.run();
    for (std::thread& poster : posters) poster.join();
    CHECK(done == threads * calls);
    CHECK(in_order);
    CHECK(on_loop);
}

TEST_CASE("a post from within a post runs in a later turn, not never")
{
    EventLoop loop;
    std::string order;
    loop.post([&] {
        loop.post([&] {
            order += 'b';
            loop.stop();
        });
        order += 'a';
    });
    give_up(loop);
    loop.run();
    CHECK(order == "ab");
}

TEST_CASE("stop, called before run or from another thread, ends it")
{
    EventLoop loop;
    loop.stop();
    loop.run();

    std::thread other{[&] { loop.stop(); }};
    loop.run();
    other.join();
    CHECK(true);
}

TEST_CASE("what is cleared is never called")
{
    EventLoop loop;
    int called = 0;
    loop.post([&] { ++called; });
    loop.after(milliseconds{0}, [&] { ++called; });
    loop.clear();
    loop.after(milliseconds{10}, [&] { loop.stop(); });
    loop.run();
    CHECK(called == 0);
}

TEST_CASE("a watcher that forgets itself and the others hears no more of that turn")
{
    EventLoop loop;
    const UniqueFd first = readable();
    const UniqueFd second = readable();
    Told* one = nullptr;
    Told* two = nullptr;
    const auto forget_both = [&] {
        loop.forget(first.get());
        loop.forget(second.get());
    };
    Told a{forget_both};
    Told b{forget_both};
    one = &a;
    two = &b;
    loop.watch(first.get(), EPOLLIN, a);
    loop.watch(second.get(), EPOLLIN, b);
    loop.after(milliseconds{10}, [&] { loop.stop(); });
    loop.run();
    CHECK(one->times + two->times == 1);
}

TEST_CASE("a watcher may destroy another that was ready in the same turn")
{
    EventLoop loop;
    const UniqueFd first = readable();
    UniqueFd second = readable();
    UniqueFd third = readable();
    std::unique_ptr<Told> doomed_before;
    std::unique_ptr<Told> doomed_after;
    int heard = 0;
    Told killer{[&] {
        for (auto* doomed : {&doomed_before, &doomed_after}) doomed->reset();
        loop.forget(second.get());
        loop.forget(third.get());
        loop.forget(first.get());
    }};
    doomed_before = std::make_unique<Told>([&] { ++heard; });
    doomed_after = std::make_unique<Told>([&] { ++heard; });
    loop.watch(first.get(), EPOLLIN, killer);
    loop.watch(second.get(), EPOLLIN, *doomed_before);
    loop.watch(third.get(), EPOLLIN, *doomed_after);
    loop.after(milliseconds{10}, [&] { loop.stop(); });
    loop.run();
    CHECK(killer.times == 1);
    CHECK(heard == 0);
}

TEST_CASE("a descriptor's number that comes again within a turn is not told of its predecessor's event")
{
    EventLoop loop;
    const UniqueFd first = readable();
    UniqueFd second = readable();
    const int number = second.get();
    Told predecessor{[] {}};
    Told successor{[] {}};
    UniqueFd reused;
    Told swapper{[&] {
        loop.forget(first.get());
        loop.forget(number);
        second.reset();
        reused.reset(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));  // nothing to read
        REQUIRE(reused.get() == number);
        loop.watch(number, EPOLLIN, successor);
    }};
    loop.watch(first.get(), EPOLLIN, swapper);
    loop.watch(number, EPOLLIN, predecessor);
    loop.after(milliseconds{10}, [&] { loop.stop(); });
    loop.run();
    CHECK(swapper.times == 1);
    CHECK(predecessor.times == 0);
    CHECK(successor.times == 0);
    loop.forget(number);
}

TEST_CASE("what is watched for can be changed; forgetting what is not watched does nothing")
{
    EventLoop loop;
    const UniqueFd fd = readable();
    std::uint32_t heard = 0;
    struct Listener : Watcher {
        std::uint32_t* into = nullptr;
        void on_ready(std::uint32_t events) override { *into |= events; }
    } listener;
    listener.into = &heard;
    loop.watch(fd.get(), EPOLLIN | EPOLLET, listener);
    loop.change(fd.get(), EPOLLOUT | EPOLLET);
    loop.after(milliseconds{10}, [&] { loop.stop(); });
    loop.run();
    CHECK(heard == EPOLLOUT);
    loop.forget(fd.get());
    loop.forget(fd.get());
    loop.forget(100000);
    loop.forget(-1);
}
