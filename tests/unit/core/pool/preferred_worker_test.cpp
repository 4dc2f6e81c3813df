#include "core/pool/preferred_worker.hpp"

#include "core/pool/worker_presence.hpp"
#include "core/storage/child_process.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;

TEST_CASE("one worker is preferred until it resigns")
{
    TemporaryFolder folder;
    PreferredWorker first{folder.path()};
    PreferredWorker second{folder.path()};
    CHECK(first.is_this_one());
    CHECK(first.is_this_one());
    CHECK_FALSE(second.is_this_one());
    first.resign();
    CHECK_FALSE(first.is_this_one());
    CHECK(second.is_this_one());
    CHECK_FALSE(first.is_this_one());
}

TEST_CASE("killed with -9 it leaves its place to another")
{
    TemporaryFolder folder;
    PreferredWorker heir{folder.path()};
    ChildProcess worker{[&](const ChildProcess::Say& say) -> int {
        PreferredWorker preferred{folder.path()};
        say(preferred.is_this_one() ? "preferred" : "not");
        ChildProcess::stay();
    }};
    CHECK(worker.word() == "preferred");
    CHECK_FALSE(heir.is_this_one());
    worker.kill();
    CHECK(heir.is_this_one());
}

TEST_CASE("its file is no worker's")
{
    TemporaryFolder folder;
    PreferredWorker preferred{folder.path()};
    REQUIRE(preferred.is_this_one());
    CHECK(living_workers(folder.path()) == 0);
    forget_workers(folder.path());
    PreferredWorker other{folder.path()};
    CHECK_FALSE(other.is_this_one());
}
