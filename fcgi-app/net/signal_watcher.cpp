#include "net/signal_watcher.hpp"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace dreamina {

SignalWatcher::SignalWatcher(EventLoop& loop, std::initializer_list<int> signals, std::function<void(int)> on_signal)
    : loop_(loop), on_signal_(std::move(on_signal))
{
    sigset_t set;
    sigemptyset(&set);
    for (const int number : signals) sigaddset(&set, number);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    fd_.reset(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    loop_.watch(fd_.get(), EPOLLIN, *this);
}

SignalWatcher::~SignalWatcher() { loop_.forget(fd_.get()); }

void SignalWatcher::on_ready(std::uint32_t)
{
    signalfd_siginfo info{};
    while (::read(fd_.get(), &info, sizeof info) > 0) on_signal_(static_cast<int>(info.ssi_signo));
}

}  // namespace dreamina
