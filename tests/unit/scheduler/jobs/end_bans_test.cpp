#include "loop.hpp"
#include "scheduler/job_run.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("a ban ends at its time, one by hand does not")
{
    JobRun job;
    const AccountId timed = job.add("timed@x.org");
    const AccountId by_hand = job.add("by-hand@x.org");
    job.serve("jimeng-4.0", Verdict::rate_limited);
    AccountStore{*job}.ban(by_hand, std::nullopt, {}, job.now);
    job.now += 4h - 1ms;
    job.run(end_bans);
    CHECK(job.refused("jimeng-4.0").banned == 2);
    job.now += 1ms;
    job.run(end_bans);
    CHECK(job.serve("jimeng-4.0") == timed);
    job.now += 24h * 1000;
    job.run(end_bans);
    CHECK(job.get(by_hand).banned);
}

TEST_CASE("the table of jobs ends bans within a second of their time")
{
    JobRun job;
    const AccountId a = job.add("a@x.org");
    const auto jobs = timed_jobs_at({Executor::loop});
    SchedulerLoop loop{jobs, *job, job.file};
    AccountStore{*job}.ban(a, job.now + 500ms, {}, job.now);
    loop.run_due(job.settings, job.now);
    CHECK(job.get(a).banned);
    loop.run_due(job.settings, job.now + 1s);
    CHECK_FALSE(job.get(a).banned);
}
