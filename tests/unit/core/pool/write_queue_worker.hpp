#pragma once
/// A worker's write queue on a pool of its own, with the test's thread in the place of the event loop.

#include <condition_variable>
#include <deque>
#include <mutex>

#include "core/pool/account_pool.hpp"
#include "core/pool/write_queue.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {

using namespace std::chrono_literals;

/// Stands in for the event loop: runs on the test's thread what the write queue posts.
class PostedWork {
public:
    WriteQueue::Post post()
    {
        return [this](std::function<void()> work) {
            const std::lock_guard lock{mutex_};
            waiting_.push_back(std::move(work));
            changed_.notify_one();
        };
    }

    /// Runs what is posted until `done`; fails the test after half a minute.
    template <class Condition>
    void run_until(Condition done)
    {
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        while (!done()) {
            std::unique_lock lock{mutex_};
            REQUIRE(changed_.wait_until(lock, deadline, [this] { return !waiting_.empty(); }));
            auto work = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            ++posts;
            work();
        }
    }

    int posts = 0;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
};

struct Answers {
    std::vector<Lease> leases;
    int refused = 0;
    int busy = 0;
    int unavailable = 0;
    int settled = 0;

    int all() const { return static_cast<int>(leases.size()) + refused + busy + unavailable; }
    WriteQueue::OnReserved reserved()
    {
        return [this](Reservation answer) {
            if (answer) {
                leases.push_back(*answer);
            } else if (answer.error().why == NoLease::Why::database_refuses) {
                ++unavailable;
            } else if (answer.error().why == NoLease::Why::busy) {
                ++busy;
            } else {
                ++refused;
            }
        };
    }
    std::function<void()> settlement()
    {
        return [this] { ++settled; };
    }
};

struct Worker {
    AccountPool pool;
    PostedWork work;
    Answers answers;
    ModelRule rule = pool.catalog.resolve("jimeng-4.5", pool.settings);
    std::optional<WriteQueue> write_queue;

    /// `patience`: none to be told of the first turn that fails.
    explicit Worker(milliseconds patience = WriteQueue::default_patience)
    {
        write_queue.emplace(pool.file, "w", work.post(), patience);
    }
    ~Worker() { write_queue.reset(); }

    WriteQueue::RequestId reserve(milliseconds wait_for = {})
    {
        return write_queue->reserve({.rule = rule, .lease_for = 5min, .wait_for = wait_for}, answers.reserved());
    }
    Lease reserve_now()
    {
        const auto before = answers.leases.size();
        reserve();
        work.run_until([&] { return answers.leases.size() > before; });
        return answers.leases.back();
    }
    void settle(const Lease& lease, Verdict verdict = Verdict::success)
    {
        write_queue->settle({.lease = lease.id, .verdict = verdict, .ban_for = 4h, .session_id = lease.session_id},
                            answers.settlement());
    }
    /// Looks at the database until it is so, as there is nothing that would tell.
    void wait_for_leases(std::int64_t count)
    {
        look_until([&] { return pool.leases() == count; });
    }
    void wait_for_line(std::int64_t count)
    {
        look_until([&] { return in_line() == count; });
    }
    std::int64_t in_line() { return number(*pool, "SELECT count(*) FROM waiting"); }

    template <class Condition>
    void look_until(Condition so)
    {
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        while (!so()) {
            REQUIRE(std::chrono::steady_clock::now() < deadline);
            std::this_thread::yield();
        }
    }

    /// From now on an account has so many requests at a time.
    void limit(int requests)
    {
        pool.settings.account_max_concurrency = requests;
        Transaction transaction{*pool};
        apply_limits(*pool, pool.settings);
        transaction.commit();
    }
};

}  // namespace dreamina
