#include "core/storage/engine/write_probe.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "core/storage/child_process.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("a database that takes writes")
{
    TemporaryDatabase database;
    const Time now = at("2026-11-22T10:00:00Z");
    CHECK_FALSE(find_write_fault(database.file, now, 100ms));
    CHECK(number(*database, "SELECT written_at FROM write_probe") == to_millis(now));
}

TEST_CASE("a locked one is told within the patience, and is good again afterwards")
{
    TemporaryDatabase database;
    {
        Transaction other{*database};
        const auto began = std::chrono::steady_clock::now();
        CHECK(find_write_fault(database.file, Time{}, 50ms).value().fault == WriteFault::locked);
        CHECK(std::chrono::steady_clock::now() - began < 5s);
    }
    CHECK_FALSE(find_write_fault(database.file, Time{}, 50ms));
}

TEST_CASE("one that is not there is not made by asking")
{
    TemporaryFolder folder;
    CHECK(find_write_fault(folder / "dreamina.db", Time{}, 50ms).value().fault == WriteFault::missing);
    CHECK_FALSE(std::filesystem::exists(folder / "dreamina.db"));
}

TEST_CASE("one that is broken")
{
    TemporaryDatabase database;
    database->run("DROP TABLE write_probe");
    const auto found = find_write_fault(database.file, Time{}, 50ms);
    REQUIRE(found.has_value());
    CHECK(found->fault == WriteFault::broken);
    CHECK(found->reason.find("write_probe") != std::string::npos);
}

TEST_CASE("files that may not grow, as on a full disk: no rolled back transaction would notice")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    REQUIRE(prepare_database(file));  // not open anywhere: the log is gone, and must be created again
    ChildProcess child{[&](const ChildProcess::Say&) {
        std::signal(SIGXFSZ, SIG_IGN);
        // Room for the log's shared memory, but not for a row in the log.
        const rlimit little{33'000, 33'000};
        ::setrlimit(RLIMIT_FSIZE, &little);
        if (find_write_fault(file, Time{}, 50ms)) return 1;  // one page and its frame are less
        const rlimit nothing{0, 0};
        ::setrlimit(RLIMIT_FSIZE, &nothing);
        const auto found = find_write_fault(file, Time{}, 50ms);
        return found && found->fault != WriteFault::locked ? 7 : 2;
    }};
    CHECK(child.exit_status() == 7);
}
