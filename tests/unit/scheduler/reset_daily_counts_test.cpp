#include "loop.hpp"
#include "scheduler/job_run.hpp"
#include "storage/schedule_store.hpp"
#include "storage/time_zone.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("a pool that was set up today has nothing to catch up")
{
    const TimeZone zone{"UTC"};
    JobRun job;
    const AccountId a = job.add("a@x.org");
    job.serve("jimeng-4.0");
    job.run(reset_daily_counts);
    CHECK(job.calls(a, "jimeng-4.0") == 1);
    CHECK(ScheduleStore{*job}.last_day(reset_counts_job) == "2026-11-22");
}

TEST_CASE("the counts are reset and the day is booked together")
{
    const TimeZone zone{"UTC"};
    JobRun job;
    job.settings.limit_jimeng_4_0 = 1;
    const AccountId a = job.add("a@x.org");
    job.run(reset_daily_counts);
    const Lease in_flight = job.reserved("jimeng-4.0");
    job.refused("jimeng-4.0");
    job.now += 24h;
    job.run(reset_daily_counts);
    CHECK(job.calls(a, "jimeng-4.0") == 0);
    CHECK(ScheduleStore{*job}.last_day(reset_counts_job) == "2026-11-23");
    CHECK(job.serve("jimeng-4.0") == a);
    job.settle_as(in_flight, Verdict::content_refused);
    CHECK(job.calls(a, "jimeng-4.0") == 1);
}

TEST_CASE("what cannot be booked is not reset either")
{
    const TimeZone zone{"UTC"};
    JobRun job;
    const AccountId a = job.add("a@x.org");
    job.run(reset_daily_counts);
    job.serve("jimeng-4.0");
    job.now += 24h;
    job->script("CREATE TRIGGER full_disk BEFORE UPDATE ON schedule BEGIN SELECT raise(ABORT, 'full'); END");
    CHECK_THROWS_AS(job.run(reset_daily_counts), DatabaseError);
    CHECK(job.calls(a, "jimeng-4.0") == 1);
    CHECK(LeaseStore{*job}.count_epoch() == 0);
}

TEST_CASE("the table of jobs resets at RESET_COUNTS_TIME in local time")
{
    const TimeZone zone{"Asia/Shanghai"};
    JobRun job;
    job.settings.reset_counts_time = "08:30";
    const AccountId a = job.add("a@x.org");
    const auto jobs = timed_jobs_at({Place::housekeeping});
    SchedulerLoop loop{jobs, *job, job.file};
    loop.run_due(job.settings, job.now);
    job.serve("jimeng-4.0");
    loop.run_due(job.settings, at("2026-11-23T00:29:59Z"));
    CHECK(job.calls(a, "jimeng-4.0") == 1);
    loop.run_due(job.settings, at("2026-11-23T00:30:00Z"));
    CHECK(job.calls(a, "jimeng-4.0") == 0);
}
