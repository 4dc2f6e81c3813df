#pragma once
/// Coroutines on the event loop's thread: what waits for one callback after the other reads from top to bottom.

#include <coroutine>
#include <functional>
#include <memory>
#include <utility>
#include <variant>

namespace dreamina {

/// A coroutine that is not waited for. It runs at once, up to where it waits for the first time.
struct Detached {
    struct promise_type {
        Detached get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        [[noreturn]] void unhandled_exception() { throw; }
    };
};

/// A coroutine that waits. Destroyed without having been resumed, it takes the coroutine and all that this holds along.
class Suspended {
public:
    explicit Suspended(std::coroutine_handle<> coroutine) : coroutine_(coroutine) {}
    ~Suspended()
    {
        if (coroutine_) coroutine_.destroy();
    }
    Suspended(const Suspended&) = delete;
    Suspended& operator=(const Suspended&) = delete;

    void resume() { std::exchange(coroutine_, nullptr).resume(); }

private:
    std::coroutine_handle<> coroutine_;
};

/// `co_await Callback<T>{start}` calls start(resume) and goes on with the T that resume is called with: once, on the
/// loop's thread, perhaps from within `start`. Where every copy of resume is destroyed uncalled, so is the coroutine.
template <class T>
class Callback {
public:
    using Resume = std::function<void(T)>;

    explicit Callback(std::function<void(Resume)> start) : start_(std::move(start)) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> coroutine)
    {
        // The Callback is a part of the coroutine, which may end within `start`.
        const auto start = std::move(start_);
        start([this, suspended = std::make_shared<Suspended>(coroutine)](T value) mutable {
            value_ = &value;                         // taken first thing
            const auto kept = std::move(suspended);  // what holds this call may drop it meanwhile
            kept->resume();
        });
    }
    T await_resume() { return std::move(*value_); }

private:
    std::function<void(Resume)> start_;
    T* value_ = nullptr;
};

/// One that brings nothing: resume({}).
using Completion = Callback<std::monostate>;

}  // namespace dreamina
