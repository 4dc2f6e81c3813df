#include "loop.hpp"
#include "scheduler/job_run.hpp"
#include "core/storage/stores/pool_state.hpp"
#include "core/storage/accounts/deleted_accounts.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/time_zone.hpp"
#include "core/storage/accounts/usage_history.hpp"

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
    CHECK(read_pool_state(*job).count_epoch == 0);
}

TEST_CASE("the table of jobs resets at RESET_COUNTS_TIME in local time")
{
    const TimeZone zone{"Asia/Shanghai"};
    JobRun job;
    job.settings.reset_counts_time = "08:30";
    const AccountId a = job.add("a@x.org");
    const auto jobs = timed_jobs_at({Executor::loop});
    SchedulerLoop loop{jobs, *job, job.file};
    loop.run_due(job.settings, job.now);
    job.serve("jimeng-4.0");
    loop.run_due(job.settings, at("2026-11-23T00:29:59Z"));
    CHECK(job.calls(a, "jimeng-4.0") == 1);
    loop.run_due(job.settings, at("2026-11-23T00:30:00Z"));
    CHECK(job.calls(a, "jimeng-4.0") == 0);
}

TEST_CASE("a day's counts are kept when it ends, of deleted accounts as well")
{
    const TimeZone zone{"UTC"};
    JobRun job;
    const AccountId a = job.add("a@x.org");
    job.run(reset_daily_counts);
    job.serve("jimeng-4.0");
    job.serve("jimeng-4.0");
    const AccountId b = job.add("b@x.org");
    job.serve("jimeng-4.0");
    DeletedAccounts removed{*job};
    job.now = at("2026-11-23T23:59:30Z");
    removed.begin("token", job.now + 60s);
    removed.add("token", std::vector{b}, job.now);
    job.now = at("2026-11-24T00:00:00Z");
    job.run(reset_daily_counts);  // two days late: they are counts of the day that began last
    UsageHistory history{*job};
    CHECK(history.of_account(a, "2026-11-22") == std::map<std::string, std::int64_t>{{"jimeng-4.0", 2}});
    CHECK(history.of_account(b, "2026-11-22").at("jimeng-4.0") == 1);
    CHECK(history.of_account(a, "2026-11-23").empty());

    job.serve("jimeng-4.0");
    job.run(reset_daily_counts);  // asked for: the day goes on
    job.serve("jimeng-4.0");
    job.run(reset_daily_counts);
    CHECK(history.of_account(a, "2026-11-24").at("jimeng-4.0") == 2);

    removed.purge(job.now + 1h, {});
    CHECK(history.of_account(b, "2026-11-22").empty());
    CHECK(history.of_account(a, "2026-11-22").at("jimeng-4.0") == 2);
    CHECK(history.remove_before("2026-11-24", {}) == 1);
    CHECK(history.of_account(a, "2026-11-22").empty());
    CHECK(history.of_account(a, "2026-11-24").at("jimeng-4.0") == 2);
}
