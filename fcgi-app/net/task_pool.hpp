#pragma once
/// A few threads for what must not hold up the event loop.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dreamina {

class TaskPool {
public:
    /// `name`: that its threads are shown with (core/base/thread_name.hpp); a literal.
    TaskPool(unsigned threads, const char* name);
    /// Runs what is queued to its end, then ends the threads.
    ~TaskPool();
    TaskPool(const TaskPool&) = delete;
    TaskPool& operator=(const TaskPool&) = delete;

    /// Any thread. A task must not throw.
    void submit(std::function<void()> task);

private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace dreamina
