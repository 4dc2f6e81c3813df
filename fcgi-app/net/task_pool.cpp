#include "net/task_pool.hpp"

#include "core/base/thread_name.hpp"

namespace dreamina {

TaskPool::TaskPool(unsigned threads, const char* name)
{
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this, name] {
            name_this_thread(name);
            work();
        });
    }
}

TaskPool::~TaskPool()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void TaskPool::submit(std::function<void()> task)
{
    {
        const std::lock_guard lock{mutex_};
        tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
}

void TaskPool::work()
{
    for (;;) {
        std::function<void()> task;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
            if (tasks_.empty()) return;
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        task();
    }
}

}  // namespace dreamina
