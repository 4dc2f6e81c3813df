#include "core/storage/engine/connection_pool.hpp"

#include <set>
#include <thread>

#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;

TEST_CASE("a connection that came back is lent again; two at a time are two")
{
    TemporaryDatabase database;
    ConnectionPool pool{database.file};
    Database* first = nullptr;
    {
        const auto one = pool.lend();
        const auto two = pool.lend();
        CHECK(one.get() != two.get());
        first = one.get();
    }
    std::set<Database*> seen;
    const auto one = pool.lend();
    const auto two = pool.lend();
    CHECK((one.get() == first || two.get() == first));
}

TEST_CASE("work that failed in the middle leaves nothing behind for the next")
{
    TemporaryDatabase database;
    ConnectionPool pool{database.file};
    try {
        const auto lent = pool.lend();
        const Transaction transaction{*lent};
        lent->run("UPDATE pool_state SET reserve_seq = 99");
        throw std::runtime_error("in the middle");
    } catch (const std::runtime_error&) {
    }
    const auto again = pool.lend();
    CHECK_FALSE(again->in_transaction());
    CHECK(number(*again, "SELECT reserve_seq FROM pool_state") == 0);
}

TEST_CASE("threads that work at the same time do not meet")
{
    TemporaryDatabase database;
    ConnectionPool pool{database.file};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&pool] {
                for (int round = 0; round < 50; ++round) {
                    const auto lent = pool.lend();
                    Transaction transaction{*lent};
                    lent->run("UPDATE pool_state SET reserve_seq = reserve_seq + 1");
                    transaction.commit();
                }
            });
        }
    }
    CHECK(number(*database, "SELECT reserve_seq FROM pool_state") == 200);
}

TEST_CASE("a file that is not there is a failure of the one who asks")
{
    TemporaryFolder folder;
    ConnectionPool pool{folder / "missing/some.db"};
    CHECK_THROWS_AS(pool.lend(), DatabaseError);
}
