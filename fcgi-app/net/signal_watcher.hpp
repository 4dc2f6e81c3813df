#pragma once
/// Signals as events of the loop: they must not interrupt it in the middle of an answer.

#include <functional>
#include <initializer_list>

#include "net/event_loop.hpp"

namespace dreamina {

class SignalWatcher : public Watcher {
public:
    /// Blocks `signals` in this thread and those that it starts from now on. `on_signal` hears each by its number.
    SignalWatcher(EventLoop& loop, std::initializer_list<int> signals, std::function<void(int)> on_signal);
    ~SignalWatcher() override;
    SignalWatcher(const SignalWatcher&) = delete;
    SignalWatcher& operator=(const SignalWatcher&) = delete;

    void on_ready(std::uint32_t events) override;

private:
    EventLoop& loop_;
    std::function<void(int)> on_signal_;
    UniqueFd fd_;
};

}  // namespace dreamina
