#include "net/task_pool.hpp"

#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <string>

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("every task that was handed over is done before the pool is gone")
{
    std::atomic<int> done = 0;
    {
        TaskPool pool{3, "test"};
        for (int i = 0; i < 5000; ++i) pool.submit([&] { ++done; });
    }
    CHECK(done == 5000);
}

TEST_CASE("tasks run beside each other, as many as there are threads")
{
    std::promise<void> first_runs;
    std::promise<void> second_runs;
    std::promise<bool> met;
    TaskPool pool{2, "test"};
    // Each waits for the other: one thread alone would never come to the end.
    pool.submit([&] {
        first_runs.set_value();
        met.set_value(second_runs.get_future().wait_for(std::chrono::seconds{20}) == std::future_status::ready);
    });
    pool.submit([&] {
        second_runs.set_value();
        first_runs.get_future().wait();
    });
    CHECK(met.get_future().get());
}

TEST_CASE("one thread takes the tasks in their order, also those that tasks hand over")
{
    std::vector<int> order;
    std::promise<void> go;
    {
        TaskPool pool{1, "test"};
        pool.submit([&] {
            go.get_future().wait();
            pool.submit([&] { order.push_back(3); });
        });
        pool.submit([&] { order.push_back(1); });
        pool.submit([&] { order.push_back(2); });
        go.set_value();
    }
    CHECK(order == std::vector{1, 2, 3});
}

TEST_CASE("threads bear their pool's name")
{
    std::promise<std::string> name;
    TaskPool pool{1, "named"};
    pool.submit([&] {
        std::array<char, 16> own{};
        pthread_getname_np(pthread_self(), own.data(), own.size());
        name.set_value(own.data());
    });
    CHECK(name.get_future().get() == "named");
}

TEST_CASE("an unused pool ends at once") { CHECK_NOTHROW(TaskPool(4, "test")); }
