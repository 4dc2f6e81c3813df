#include "net/signal_watcher.hpp"

#include <csignal>
#include <vector>

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("signals are told one after the other, on the loop, also where they were ignored")
{
    EventLoop loop;
    std::vector<int> told;
    const auto before = std::signal(SIGUSR2, SIG_IGN);
    {
        SignalWatcher watcher{loop, {SIGUSR1, SIGUSR2}, [&](int number) {
                                  told.push_back(number);
                                  if (told.size() == 2) loop.stop();
                              }};
        ::raise(SIGUSR1);
        ::raise(SIGUSR2);
        CHECK(told.empty());
        loop.after(std::chrono::seconds{20}, [&] { loop.stop(); });
        loop.run();
    }
    CHECK(told == std::vector<int>{SIGUSR1, SIGUSR2});
    std::signal(SIGUSR2, before);
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGUSR1, SIGUSR2}) sigaddset(&set, number);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}
