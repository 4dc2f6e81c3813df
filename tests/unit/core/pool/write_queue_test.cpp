#include "full_disk.hpp"
#include "core/pool/write_queue_worker.hpp"

using namespace dreamina;

TEST_CASE("a reservation is told when it is committed, in the worker's name and for as long as asked")
{
    Worker worker;
    const AccountId a = worker.pool.add("a@x.org");
    const Time before = system_now();
    const Lease lease = worker.reserve_now();
    CHECK(lease.account == a);
    CHECK(worker.pool.calls(a, "jimeng-4.5") == 1);
    CHECK(text(*worker.pool, "SELECT worker FROM leases") == "w");
    CHECK(number(*worker.pool, "SELECT expires_at - reserved_at FROM leases") == milliseconds{5min}.count());
    CHECK(from_millis(number(*worker.pool, "SELECT reserved_at FROM leases")) >= before);

    worker.settle(lease);
    worker.work.run_until([&] { return worker.answers.settled == 1; });
    CHECK(worker.pool.leases() == 0);
    CHECK(worker.pool.get(a).in_flight == 0);
}

TEST_CASE("that there is no account to reserve is an answer, not a failure")
{
    Worker worker;
    worker.reserve();
    worker.work.run_until([&] { return worker.answers.all() == 1; });
    CHECK(worker.answers.refused == 1);
}

TEST_CASE("what gathers while the database is locked is committed at once")
{
    Worker worker;
    const AccountId a = worker.pool.add("a@x.org");
    {
        const Transaction holds{*worker.pool};
        for (int i = 0; i < 300; ++i) worker.reserve();
    }
    worker.work.run_until([&] { return worker.answers.all() == 300; });
    CHECK(worker.answers.leases.size() == 300);
    CHECK(worker.work.posts <= 2);  // one turn may have begun with the first few
    CHECK(worker.pool.calls(a, "jimeng-4.5") == 300);
    for (std::size_t i = 1; i < 300; ++i) CHECK(worker.answers.leases[i].id > worker.answers.leases[i - 1].id);
}

TEST_CASE("more than one turn can hold is committed all the same, in order")
{
    Worker worker;
    worker.pool.add("a@x.org");
    for (int i = 0; i < 1500; ++i) worker.reserve();
    worker.work.run_until([&] { return worker.answers.all() == 1500; });
    CHECK(worker.pool.leases() == 1500);
    for (const Lease& lease : worker.answers.leases) worker.settle(lease);
    worker.work.run_until([&] { return worker.answers.settled == 1500; });
    CHECK(worker.pool.leases() == 0);
}

TEST_CASE("locked for longer than patience: who waits for an account is told, and gets none later")
{
    Worker worker{0ms};
    const AccountId a = worker.pool.add("a@x.org");
    {
        const Transaction holds{*worker.pool};
        worker.reserve();
        worker.reserve();
        worker.work.run_until([&] { return worker.answers.all() == 2; });
        CHECK(worker.answers.unavailable == 2);
    }
    worker.reserve_now();
    CHECK(worker.pool.leases() == 1);
    CHECK(worker.pool.calls(a, "jimeng-4.5") == 1);
}

TEST_CASE("locked for longer than patience: a settlement is let go of by its request, and booked when the lock is gone")
{
    Worker worker{0ms};
    const AccountId a = worker.pool.add("a@x.org");
    const Lease lease = worker.reserve_now();
    const Lease unused = worker.reserve_now();
    {
        const Transaction holds{*worker.pool};
        worker.settle(lease, Verdict::rate_limited);
        worker.write_queue->give_back(unused.id);
        worker.work.run_until([&] { return worker.answers.settled == 1; });
        CHECK(worker.pool.leases() == 2);
    }
    worker.wait_for_leases(0);
    CHECK(worker.pool.get(a).banned);
    CHECK(worker.pool.calls(a, "jimeng-4.5") == 0);
    worker.write_queue.reset();
    CHECK(worker.answers.settled == 1);  // told once
}

TEST_CASE("a lock shorter than the patience goes unnoticed")
{
    Worker worker;
    Worker hasty{0ms};
    hasty.pool.add("b@x.org");
    worker.pool.add("a@x.org");
    std::optional<Transaction> holds{std::in_place, *worker.pool};
    worker.reserve();
    // Another write queue without patience tells when a turn has been waited for in vain, and another.
    std::optional<Transaction> also_holds{std::in_place, *hasty.pool};
    for (int turns = 1; turns <= 2; ++turns) {
        hasty.reserve();
        hasty.work.run_until([&] { return hasty.answers.unavailable == turns; });
    }
    CHECK(worker.answers.all() == 0);
    holds.reset();
    worker.work.run_until([&] { return worker.answers.all() == 1; });
    CHECK(worker.answers.leases.size() == 1);
}

TEST_CASE("one piece of work that the database refuses does not hold up the others")
{
    Worker worker;
    worker.pool.add("a@x.org");
    int tried = 0;
    {
        const Transaction holds{*worker.pool};
        worker.reserve();
        worker.write_queue->run([&tried](Database& database) {
            ++tried;
            database.run("INSERT INTO pool_state VALUES (2, 0, 0)");
        });
        worker.reserve();
    }
    worker.work.run_until([&] { return worker.answers.all() == 2; });
    worker.reserve_now();
    worker.write_queue.reset();
    CHECK(worker.pool.leases() == 3);
    CHECK(tried >= 1);
    CHECK(tried <= 2);  // with the others, and by itself: not again
}

TEST_CASE(
    "a reservation that the database keeps refusing does not hold up the others, and gets its account when it may")
{
    Worker worker;
    worker.pool.add("a@x.org");
    worker.pool->script(
        "CREATE TRIGGER broken BEFORE INSERT ON leases WHEN new.model = 'broken' "
        "BEGIN SELECT raise(ABORT, 'broken'); END");
    {
        const Transaction holds{*worker.pool};
        worker.reserve();
        worker.write_queue->reserve({.rule = {.id = "broken"}, .lease_for = 5min}, worker.answers.reserved());
        worker.reserve();
    }
    worker.work.run_until([&] { return worker.answers.leases.size() == 2; });
    CHECK(worker.answers.all() == 2);
    worker.pool->script("DROP TRIGGER broken");
    worker.work.run_until([&] { return worker.answers.leases.size() == 3; });
    CHECK(worker.answers.leases.back().model == "broken");
}

TEST_CASE("a log that has used up the room there is makes room by itself, for all that has gathered")
{
    Worker worker{0ms};
    worker.pool.add("a@x.org");
    std::vector<Lease> leases;
    for (int i = 0; i < 100; ++i) leases.push_back(worker.reserve_now());
    worker.pool->checkpoint(true);

    const FullDisk disk{1'000'000};  // the file itself is smaller by far
    worker.pool->script("CREATE TABLE filling (text)");
    CHECK_THROWS_AS(
        [&] {
            for (;;) worker.pool->run("INSERT INTO filling VALUES (?)", "one page of the log");
        }(),
        DatabaseError);
    for (const Lease& lease : leases) worker.settle(lease);
    worker.wait_for_leases(0);
}

TEST_CASE("housekeeping runs in its turn")
{
    Worker worker;
    worker.pool.add("a@x.org");
    worker.write_queue->run([](Database& database) { database.run("UPDATE pool_state SET count_epoch = 5"); });
    worker.reserve_now();
    CHECK(number(*worker.pool, "SELECT count_epoch FROM leases") == 5);
}

TEST_CASE("housekeeping tells whether it is done")
{
    Worker worker;
    std::vector<bool> told;
    const auto tell = [&told](bool committed) { told.push_back(committed); };
    worker.write_queue->run([](Database& database) { database.run("UPDATE pool_state SET count_epoch = 5"); }, tell);
    worker.work.run_until([&] { return told.size() == 1; });
    CHECK(told == std::vector{true});
    CHECK(number(*worker.pool, "SELECT count_epoch FROM pool_state") == 5);
    worker.write_queue->run([](Database& database) { database.run("INSERT INTO pool_state VALUES (2, 0, 0)"); }, tell);
    worker.work.run_until([&] { return told.size() == 2; });
    CHECK(told == std::vector{true, false});
}

TEST_CASE("housekeeping that waits for a lock in vain is told so")
{
    Worker worker{0ms};
    std::vector<bool> told;
    const Transaction holds{*worker.pool};
    worker.write_queue->run([](Database&) {}, [&told](bool committed) { told.push_back(committed); });
    worker.work.run_until([&] { return !told.empty(); });
    CHECK(told == std::vector{false});
}

TEST_CASE("the end waits for what has gathered")
{
    Worker worker;
    worker.pool.add("a@x.org");
    std::vector<Lease> leases;
    for (int i = 0; i < 20; ++i) leases.push_back(worker.reserve_now());
    for (const Lease& lease : leases) worker.settle(lease);
    worker.write_queue.reset();
    CHECK(worker.pool.leases() == 0);
    worker.work.run_until([&] { return worker.answers.settled == 20; });
}

TEST_CASE("a database that cannot be opened is tried again")
{
    TemporaryFolder folder;
    PostedWork work;
    Answers answers;
    const auto file = folder / "later/dreamina.db";
    WriteQueue write_queue{file, "w", work.post(), 0ms};
    const ModelRule rule{.id = "m"};
    write_queue.reserve({.rule = rule, .lease_for = 5min}, answers.reserved());
    work.run_until([&] { return answers.unavailable == 1; });

    REQUIRE(prepare_database(file));
    write_queue.reserve({.rule = rule, .lease_for = 5min}, answers.reserved());
    work.run_until([&] { return answers.refused == 1; });
}

TEST_CASE("two workers on one pool: a limit of sixty is sixty")
{
    AccountPool pool;
    std::vector<AccountId> accounts;
    for (int i = 0; i < 5; ++i) accounts.push_back(pool.add(fmt::format("{}@x.org", i)));
    const ModelRule rule = pool.catalog.resolve("jimeng-4.0", pool.settings);
    PostedWork work;
    Answers answers;
    {
        WriteQueue one{pool.file, "one", work.post()};
        WriteQueue two{pool.file, "two", work.post()};
        for (int i = 0; i < 200; ++i) {
            one.reserve({.rule = rule, .lease_for = 5min}, answers.reserved());
            two.reserve({.rule = rule, .lease_for = 5min}, answers.reserved());
        }
        work.run_until([&] { return answers.all() == 400; });
    }
    CHECK(answers.leases.size() == 300);
    CHECK(answers.refused == 100);
    for (const AccountId account : accounts) CHECK(pool.calls(account, "jimeng-4.0") == 60);
}
