#include "core/storage/engine/transaction.hpp"

#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Numbers {
    TemporaryFolder folder;
    Database database{folder / "some.db"};
    Numbers() { database.script("CREATE TABLE t (value)"); }
    std::int64_t rows() { return number(database, "SELECT count(*) FROM t"); }
};

}  // namespace

TEST_CASE("committed is kept, left without a commit is not")
{
    Numbers opened;
    {
        Transaction transaction{opened.database};
        opened.database.run("INSERT INTO t VALUES (1)");
        CHECK(opened.database.in_transaction());
        transaction.commit();
    }
    CHECK_FALSE(opened.database.in_transaction());
    CHECK(opened.rows() == 1);
    try {
        const Transaction transaction{opened.database};
        opened.database.run("INSERT INTO t VALUES (2)");
        throw std::runtime_error("in the middle");
    } catch (const std::runtime_error&) {
    }
    CHECK_FALSE(opened.database.in_transaction());
    CHECK(opened.rows() == 1);
}

TEST_CASE("it holds the write lock from its first moment, so what it read is still true when it writes")
{
    Numbers opened;
    Database other{opened.folder / "some.db", 0ms};
    Transaction first{opened.database};
    CHECK(opened.rows() == 0);
    CHECK_THROWS_AS(other.run("INSERT INTO t VALUES (1)"), DatabaseError);
    opened.database.run("INSERT INTO t VALUES (2)");
    CHECK_NOTHROW(first.commit());
    CHECK(other.run("INSERT INTO t VALUES (1)") == 1);
}

TEST_CASE("a transaction that SQLite has ended by itself ends without a second failure")
{
    Numbers opened;
    {
        const Transaction transaction{opened.database};
        opened.database.run("INSERT INTO t VALUES (1)");
        opened.database.run("ROLLBACK");
    }
    CHECK(opened.rows() == 0);
    Transaction next{opened.database};
    CHECK_NOTHROW(next.commit());
}
