#include <algorithm>

#include "core/pool/write_queue_worker.hpp"

using namespace dreamina;

TEST_CASE("who waits is told when an account becomes free, in the order of coming")
{
    Worker worker;
    worker.limit(1);
    const AccountId a = worker.pool.add("a@x.org");
    const Lease first = worker.reserve_now();
    std::vector<int> order;
    for (int i = 0; i < 3; ++i) {
        worker.write_queue->reserve({.rule = worker.rule, .lease_for = 5min, .wait_for = 1min},
                                    [&, i](const Reservation& reservation) {
                                        REQUIRE(reservation.has_value());
                                        CHECK(reservation->account == a);
                                        order.push_back(i);
                                        worker.settle(*reservation);
                                    });
    }
    worker.wait_for_line(3);
    CHECK(order.empty());
    worker.settle(first);
    worker.work.run_until([&] { return worker.answers.settled == 4; });
    CHECK(order == std::vector{0, 1, 2});
    CHECK(worker.in_line() == 0);
    CHECK(worker.pool.leases() == 0);
    CHECK(worker.pool.calls(a, "jimeng-4.5") == 4);
}

TEST_CASE("who waits in vain is told when the time is over, and not before")
{
    Worker worker;
    worker.limit(1);
    worker.pool.add("a@x.org");
    worker.reserve_now();
    const auto begun = std::chrono::steady_clock::now();
    worker.reserve(100ms);
    worker.work.run_until([&] { return worker.answers.busy == 1; });
    const auto waited = std::chrono::steady_clock::now() - begun;
    CHECK(waited >= 100ms);
    CHECK(worker.in_line() == 0);
    CHECK(worker.pool.leases() == 1);
}

TEST_CASE("who may not wait is told at once")
{
    Worker worker;
    worker.limit(1);
    worker.pool.add("a@x.org");
    worker.reserve_now();
    worker.reserve();
    worker.work.run_until([&] { return worker.answers.busy == 1; });
    CHECK(worker.in_line() == 0);
}

TEST_CASE("withdrawn while waiting: not told, and the next one's turn comes")
{
    Worker worker;
    worker.limit(1);
    worker.pool.add("a@x.org");
    const Lease first = worker.reserve_now();
    bool told = false;
    auto held = std::make_shared<int>();
    const std::weak_ptr<int> watched = held;
    const auto id = worker.write_queue->reserve({.rule = worker.rule, .lease_for = 5min, .wait_for = 1min},
                                                [&told, held = std::move(held)](const Reservation&) { told = true; });
    worker.wait_for_line(1);
    worker.reserve(1min);
    worker.wait_for_line(2);
    worker.write_queue->withdraw(id);
    worker.wait_for_line(1);
    worker.settle(first);
    worker.work.run_until([&] { return worker.answers.leases.size() == 2; });
    CHECK_FALSE(told);
    CHECK(watched.expired());  // what the request held is let go, on the loop's thread
    CHECK(worker.pool.leases() == 1);
}

TEST_CASE("withdrawn in the same turn as it comes, or when it has been told already: nothing is left over")
{
    Worker worker;
    worker.limit(1);
    worker.pool.add("a@x.org");
    const Lease first = worker.reserve_now();
    {
        const Transaction holds{*worker.pool};
        const auto id = worker.reserve(1min);
        worker.write_queue->withdraw(id);
        worker.write_queue->withdraw(id);
    }
    worker.settle(first);
    worker.work.run_until([&] { return worker.answers.settled == 1; });
    worker.wait_for_line(0);
    worker.wait_for_leases(0);
    const auto told = worker.reserve();
    worker.work.run_until([&] { return worker.answers.leases.size() == 2; });
    worker.write_queue->withdraw(told);
    worker.write_queue->withdraw(1'000'000);
    worker.reserve();
    worker.work.run_until([&] { return worker.answers.busy == 1; });
    CHECK(worker.pool.leases() == 1);  // the one that was told is responsible for it
}

TEST_CASE("an account that another worker frees reaches who waits here")
{
    Worker worker;
    worker.limit(1);
    worker.pool.add("a@x.org");
    PostedWork other_work;
    Answers other_answers;
    WriteQueue other{worker.pool.file, "other", other_work.post()};
    other.reserve({.rule = worker.rule, .lease_for = 5min}, other_answers.reserved());
    other_work.run_until([&] { return other_answers.all() == 1; });
    worker.reserve(1min);
    worker.wait_for_line(1);
    other.settle({.lease = other_answers.leases[0].id, .verdict = Verdict::success}, [] {});
    worker.work.run_until([&] { return worker.answers.leases.size() == 1; });
    CHECK(text(*worker.pool, "SELECT worker FROM leases") == "w");
}

TEST_CASE("what comes free by itself is noticed: a limit that is raised, an account that is added")
{
    Worker worker;
    worker.limit(1);
    worker.pool.add("a@x.org");
    worker.reserve_now();
    worker.reserve(1min);
    worker.reserve(1min);
    worker.wait_for_line(2);
    worker.limit(2);
    worker.work.run_until([&] { return worker.answers.leases.size() == 2; });
    worker.pool.add("b@x.org");
    worker.work.run_until([&] { return worker.answers.leases.size() == 3; });
}

TEST_CASE("the time is over while the database is held: told when it can be booked, with what was given or without")
{
    Worker worker;
    worker.limit(1);
    worker.pool.add("a@x.org");
    worker.reserve_now();
    worker.reserve(50ms);
    worker.wait_for_line(1);
    Worker hasty{0ms};
    {
        const Transaction holds{*worker.pool};
        const Transaction also_holds{*hasty.pool};
        hasty.reserve();
        hasty.work.run_until([&] { return hasty.answers.unavailable == 1; });  // some 250 ms later
        CHECK(worker.answers.all() == 1);
    }
    worker.work.run_until([&] { return worker.answers.busy == 1; });
    CHECK(worker.in_line() == 0);
}

TEST_CASE("two workers, few accounts, many that wait: never more than the limit, everybody's turn comes")
{
    AccountPool pool;
    pool.settings.account_max_concurrency = 2;
    apply_limits(*pool, pool.settings);
    for (int i = 0; i < 3; ++i) pool.add(fmt::format("{}@x.org", i));
    const ModelRule rule = pool.catalog.resolve("jimeng-4.5", pool.settings);
    PostedWork work;
    std::int64_t in_flight = 0;
    std::int64_t most = 0;
    int served = 0;
    {
        WriteQueue one{pool.file, "one", work.post()};
        WriteQueue two{pool.file, "two", work.post()};
        for (int i = 0; i < 200; ++i) {
            WriteQueue& write_queue = i % 2 ? one : two;
            write_queue.reserve({.rule = rule, .lease_for = 5min, .wait_for = 1min},
                                [&work, &write_queue, &in_flight, &most, &served](const Reservation& reservation) {
                                    REQUIRE(reservation.has_value());
                                    most = std::max(most, ++in_flight);
                                    work.post()([&write_queue, &in_flight, &served, lease = *reservation] {
                                        --in_flight;
                                        write_queue.settle({.lease = lease.id, .verdict = Verdict::success},
                                                           [&served] { ++served; });
                                    });
                                });
        }
        work.run_until([&] { return served == 200; });
    }
    CHECK(most <= 6);
    CHECK(pool.leases() == 0);
    CHECK(number(*pool, "SELECT count(*) FROM waiting") == 0);
    CHECK(number(*pool, "SELECT sum(busy) FROM accounts") == 0);
}

TEST_CASE("what a turn has done is told before the accounts that it gives to those who wait")
{
    Worker worker;
    worker.pool.add("a@x.org");
    worker.limit(2);
    const Lease first = worker.reserve_now();
    const Lease second = worker.reserve_now();
    worker.reserve(1h);
    worker.wait_for_line(1);
    std::vector<std::string> told;
    {
        Transaction lock{*worker.pool};  // what is asked for now comes in one turn
        worker.settle(first);
        worker.settle(second);
        worker.write_queue->run([](Database&) {}, [&](bool) { told.push_back("its work"); });
        worker.write_queue->reserve({.rule = worker.rule, .lease_for = 5min, .wait_for = 1h},
                                    [&](const Reservation&) { told.push_back("its account"); });
    }
    worker.work.run_until([&] { return told.size() == 2; });
    CHECK(told == std::vector<std::string>{"its work", "its account"});
}
