#pragma once
/// One epoll loop: descriptors, timers, and functions that other threads hand over. Everything but `post` and `stop`
/// is for the loop's own thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "core/base/unique_fd.hpp"

namespace dreamina {

/// Hears of its descriptor. May forget or destroy itself or others while it is told.
class Watcher {
public:
    virtual ~Watcher() = default;
    /// `events` as epoll_wait(2) gives them.
    virtual void on_ready(std::uint32_t events) = 0;
};

class EventLoop {
public:
    using Clock = std::chrono::steady_clock;
    using TimerId = std::pair<Clock::time_point, std::uint64_t>;

    EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// The watcher must outlive its being watched. A descriptor must be forgotten before it is closed.
    void watch(int fd, std::uint32_t events, Watcher& watcher);
    void change(int fd, std::uint32_t events);
    void forget(int fd);

    TimerId after(std::chrono::milliseconds delay, std::function<void()> call);
    void cancel(const TimerId& timer);

    /// Runs `call` at the end of the present turn, before the loop waits again: work that many events of one turn
    /// share. For the loop's own thread.
    void defer(std::function<void()> call) { deferred_.push_back(std::move(call)); }

    /// Runs `call` on the loop's thread. Any thread.
    void post(std::function<void()> call);

    void run();
    /// Drops what was posted and all timers, for a tidy end: nothing of it is called any more.
    void clear();
    /// Ends `run` after the present turn. Any thread.
    void stop();

private:
    struct Watched {
        Watcher* watcher = nullptr;
        std::uint32_t generation = 0;  // a descriptor's number may come again within one turn
    };

    int next_timeout() const;
    void run_timers();
    void run_posted();
    void run_deferred();

    UniqueFd epoll_;
    UniqueFd wake_;
    std::vector<Watched> watched_;  // by descriptor
    std::map<TimerId, std::function<void()>> timers_;
    std::uint64_t last_timer_ = 0;
    std::vector<std::function<void()>> deferred_;
    bool running_ = false;

    std::mutex mutex_;
    std::vector<std::function<void()>> posted_;
};

}  // namespace dreamina
