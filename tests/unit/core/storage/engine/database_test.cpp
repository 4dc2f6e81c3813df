#include "core/storage/engine/database.hpp"

#include <sys/stat.h>

#include <fstream>
#include <future>
#include <optional>
#include <thread>

#include "core/base/file.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Opened {
    TemporaryFolder folder;
    std::filesystem::path file = folder / "some.db";
    Database database{file};
    Opened() { database.script("CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT UNIQUE CHECK (word <> 'bad'))"); }
};

std::string fault_of(Database& database, const char* sql)
{
    try {
        database.run(sql);
    } catch (const DatabaseError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("every connection has the pragmas that keep writers apart and the log small")
{
    Opened opened;
    CHECK(text(opened.database, "PRAGMA journal_mode") == "wal");
    CHECK(number(opened.database, "PRAGMA synchronous") == 1);
    CHECK(number(opened.database, "PRAGMA foreign_keys") == 1);
    CHECK(number(opened.database, "PRAGMA wal_autocheckpoint") == 8192);
}

TEST_CASE("a lock that is let go within the patience is no failure")
{
    Opened opened;
    Database other{opened.file, 30s};
    std::optional<Transaction> holds{std::in_place, opened.database};
    std::promise<void> waits;
    std::thread writer{[&] {
        waits.set_value();
        other.run("INSERT INTO t (word) VALUES ('late')");
    }};
    waits.get_future().wait();
    holds.reset();
    writer.join();
    CHECK(number(opened.database, "SELECT count(*) FROM t WHERE word = 'late'") == 1);
}

TEST_CASE("a lock of another process is told apart from a constraint and from nonsense")
{
    Opened opened;
    Database other{opened.file, 0ms};
    Transaction holds{opened.database};
    try {
        Transaction second{other};
        FAIL("two writers at once");
    } catch (const DatabaseError& error) {
        CHECK(error.is_busy());
        CHECK_FALSE(error.is_constraint());
    }
    CHECK(number(other, "SELECT count(*) FROM t") == 0);  // readers are not held up

    for (const char* sql : {"INSERT INTO t (word) VALUES ('bad')", "INSERT INTO t VALUES (1, 'a'), (1, 'b')"}) {
        CAPTURE(std::string{sql});
        try {
            opened.database.run(sql);
            FAIL("the constraint let it pass");
        } catch (const DatabaseError& error) {
            CHECK(error.is_constraint());
            CHECK_FALSE(error.is_busy());
        }
    }
    CHECK(fault_of(opened.database, "SELECT colour FROM t") == "database: no such column: colour");
}

TEST_CASE("a failed statement can be run again")
{
    Opened opened;
    opened.database.run("INSERT INTO t (word) VALUES (?)", "one");
    CHECK_THROWS_AS(opened.database.run("INSERT INTO t (word) VALUES (?)", "one"), DatabaseError);
    CHECK(opened.database.run("INSERT INTO t (word) VALUES (?)", "two") == 1);
    CHECK(opened.database.run("UPDATE t SET word = word || '!'") == 2);
    CHECK(opened.database.run("DELETE FROM t WHERE id = 77") == 0);
}

TEST_CASE("what cannot be opened names the file and the fault")
{
    TemporaryFolder folder;
    const auto message_for = [](const std::filesystem::path& file) -> std::string {
        try {
            const Database database{file};
        } catch (const DatabaseError& error) {
            CHECK_FALSE(error.is_busy());
            return error.what();
        }
        return "";
    };
    const auto missing = folder / "missing/some.db";
    CHECK(message_for(missing) ==
          "the database " + missing.string() + " cannot be opened: unable to open database file");

    std::ofstream{folder / "letter.txt"} << "Dear Sir, this is a letter and not a database. " << std::string(4096, 'x');
    CHECK(message_for(folder / "letter.txt") == "database: file is not a database");
}

TEST_CASE("a checkpoint moves the log into the file, and empties it when asked to")
{
    Opened opened;
    const auto log_size = [&] { return std::filesystem::file_size(opened.file.string() + "-wal"); };
    opened.database.run("INSERT INTO t (word) VALUES (?)", std::string(10'000, 'w'));
    CHECK(log_size() > 10'000);
    opened.database.checkpoint(false);
    CHECK(log_size() > 10'000);
    CHECK(std::filesystem::file_size(opened.file) > 10'000);
    opened.database.checkpoint(true);
    CHECK(log_size() == 0);
}

TEST_CASE("a checkpoint that meets a writer is no failure")
{
    Opened opened;
    Database other{opened.file, 0ms};
    Transaction writes{opened.database};
    opened.database.run("INSERT INTO t (word) VALUES ('a')");
    CHECK_NOTHROW(other.checkpoint(false));
    CHECK_NOTHROW(other.checkpoint(true));
}
