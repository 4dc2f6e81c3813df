#include "core/base/file.hpp"
#include "core/pool/worker_presence.hpp"
#include "scheduler/job_run.hpp"
#include "core/storage/child_process.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("what a worker killed with -9 held is settled at once; the living keep theirs")
{
    JobRun job;
    const AccountId a = job.add("a@x.org");
    const auto workers = job.folder / "workers";
    const auto living = WorkerPresence::announce(workers);
    REQUIRE(living);
    ChildProcess worker{[&](const ChildProcess::Say& say) {
        const auto presence = WorkerPresence::announce(workers);
        if (!presence) return 1;
        say(presence->name());
        ChildProcess::stay();
    }};
    job.worker = worker.word();
    job.reserved("jimeng-4.0");
    job.worker = living->name();
    const Lease kept = job.reserved("jimeng-4.0");

    job.run(settle_abandoned_leases);
    CHECK(job.leases() == 2);
    worker.kill();
    job.run(settle_abandoned_leases);
    CHECK(job.leases() == 1);
    CHECK(job.get(a).in_flight == 1);
    CHECK(job.get(a).error_count == 1);
    CHECK(job.calls(a, "jimeng-4.0") == 2);
    CHECK(job.settle_as(kept, Verdict::success));
}

TEST_CASE("the files of the dead go when nothing of theirs is left to settle")
{
    JobRun job;
    job.add("a@x.org");
    const auto workers = job.folder / "workers";
    std::filesystem::create_directories(workers);
    REQUIRE(lock_file(workers / "dead.lock", false));  // made, and its lock free again
    job.worker = "dead";
    job.reserved("jimeng-4.0");
    job.run(settle_abandoned_leases);
    CHECK(job.leases() == 0);
    job.run(settle_abandoned_leases);
    CHECK(std::filesystem::is_empty(workers));
}

TEST_CASE("a living worker's lease that ran out of time is settled too")
{
    JobRun job;
    const AccountId a = job.add("a@x.org");
    const auto living = WorkerPresence::announce(job.folder / "workers");
    REQUIRE(living);
    job.worker = living->name();
    const Lease lease = job.reserved("jimeng-4.0");
    job.now += 5min - 1ms;
    job.run(settle_abandoned_leases);
    CHECK(job.leases() == 1);
    job.now += 1ms;
    job.run(settle_abandoned_leases);
    CHECK(job.leases() == 0);
    CHECK(job.get(a).in_flight == 0);
    CHECK_FALSE(job.settle_as(lease, Verdict::success));
}

TEST_CASE("with nothing to settle it waits for no lock")
{
    JobRun job;
    Database other{job.file};
    const Transaction holds{other};
    Database hasty{job.file, 0ms};
    JobContext context{.database = hasty, .database_file = job.file, .settings = job.settings, .now = job.now};
    CHECK_NOTHROW(settle_abandoned_leases(context));
}
