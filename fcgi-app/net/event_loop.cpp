#include "net/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace dreamina {
namespace {

constexpr int events_per_turn = 256;

epoll_event interest(int fd, std::uint32_t events, std::uint32_t generation)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = (std::uint64_t{generation} << 32U) | static_cast<std::uint32_t>(fd);
    return event;
}

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    if (!epoll_ || !wake_) fail("event loop");
    epoll_event event = interest(wake_.get(), EPOLLIN, 0);
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) fail("event loop");
}

void EventLoop::watch(int fd, std::uint32_t events, Watcher& watcher)
{
    if (watched_.size() <= static_cast<std::size_t>(fd)) watched_.resize(static_cast<std::size_t>(fd) + 1);
    Watched& entry = watched_[static_cast<std::size_t>(fd)];
    entry.watcher = &watcher;
    ++entry.generation;
    epoll_event event = interest(fd, events, entry.generation);
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl add");
}

void EventLoop::change(int fd, std::uint32_t events)
{
    epoll_event event = interest(fd, events, watched_.at(static_cast<std::size_t>(fd)).generation);
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0) fail("epoll_ctl mod");
}

void EventLoop::forget(int fd)
{
    if (static_cast<std::size_t>(fd) >= watched_.size() || watched_[static_cast<std::size_t>(fd)].watcher == nullptr)
        return;
    watched_[static_cast<std::size_t>(fd)].watcher = nullptr;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

EventLoop::TimerId EventLoop::after(std::chrono::milliseconds delay, std::function<void()> call)
{
    const TimerId id{Clock::now() + delay, ++last_timer_};
    timers_.emplace(id, std::move(call));
    return id;
}

void EventLoop::cancel(const TimerId& timer) { timers_.erase(timer); }

void EventLoop::post(std::function<void()> call)
{
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        first = posted_.empty();
        posted_.push_back(std::move(call));
    }
    if (first) ::eventfd_write(wake_.get(), 1);
}

void EventLoop::stop()
{
    post([this] { running_ = false; });
}

void EventLoop::run()
{
    running_ = true;
    std::array<epoll_event, events_per_turn> events{};
    while (running_) {
        const int count = ::epoll_wait(epoll_.get(), events.data(), events_per_turn, next_timeout());
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events.at(static_cast<std::size_t>(i));
            const auto fd = static_cast<std::uint32_t>(event.data.u64);
            if (static_cast<int>(fd) == wake_.get()) {
                eventfd_t ignored = 0;
                ::eventfd_read(wake_.get(), &ignored);
                continue;
            }
            const Watched entry = watched_[fd];
            if (entry.watcher != nullptr && entry.generation == event.data.u64 >> 32U)
                entry.watcher->on_ready(event.events);
        }
        run_timers();
        run_posted();
        run_deferred();
    }
}

void EventLoop::clear()
{
    // What goes with them may cancel timers, or post.
    const auto timers = std::exchange(timers_, {});
    const auto deferred = std::exchange(deferred_, {});
    std::vector<std::function<void()>> posted;
    const std::lock_guard lock{mutex_};
    posted.swap(posted_);
}

int EventLoop::next_timeout() const
{
    if (timers_.empty()) return -1;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first.first - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(0, wait.count()));
}

void EventLoop::run_timers()
{
    const auto now = Clock::now();
    while (!timers_.empty() && timers_.begin()->first.first <= now) {
        const auto call = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        call();
    }
}

void EventLoop::run_posted()
{
    std::vector<std::function<void()>> calls;
    {
        const std::lock_guard lock{mutex_};
        calls.swap(posted_);
    }
    for (const auto& call : calls) call();
}

void EventLoop::run_deferred()
{
    while (!deferred_.empty()) {
        std::vector<std::function<void()>> calls;
        calls.swap(deferred_);
        for (const auto& call : calls) call();
    }
}

}  // namespace dreamina
