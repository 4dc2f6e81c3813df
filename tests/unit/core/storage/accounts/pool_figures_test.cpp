#include "core/storage/accounts/pool_figures.hpp"

#include "core/pool/account_pool.hpp"
#include "core/storage/stores/job_progress.hpp"

using namespace dreamina;

namespace {

struct Figures : AccountPool {
    ModelCapacity room(const std::string& model)
    {
        apply_limits(**this, settings);
        return PoolCapacity{**this}.of(ModelStore{**this}.find(model).value(), settings);
    }
    void call(const std::string& model, int times)
    {
        for (int i = 0; i < times; ++i) serve(model);
    }
};

}  // namespace

TEST_CASE("accounts by region and status")
{
    Figures pool;
    pool.add("a@x.org", Region::us, 100);
    pool.add("b@x.org", Region::us, 20.5);
    pool.add("c@x.org", Region::us, 0);
    pool.add("d@x.org", Region::cn, 0);
    const AccountId banned = pool.add("e@x.org", Region::hk, 5);
    AccountStore{*pool}.ban(banned, std::nullopt, {}, pool.now);
    const auto groups = account_groups(*pool);
    const auto find = [&](Region region, AccountStatus status) {
        for (const AccountGroup& group : groups)
            if (group.region == region && group.status == status) return group;
        return AccountGroup{};
    };
    CHECK(groups.size() == 4);
    CHECK(find(Region::us, AccountStatus::active).accounts == 2);
    CHECK(find(Region::us, AccountStatus::active).points == 120.5);
    CHECK(find(Region::us, AccountStatus::no_points).accounts == 1);
    CHECK(find(Region::cn, AccountStatus::active).accounts == 1);
    CHECK(find(Region::hk, AccountStatus::banned).accounts == 1);
    CHECK(find(Region::hk, AccountStatus::banned).points == 5);
}

TEST_CASE("the room of a model: what the accounts that may serve it have left")
{
    Figures pool;
    pool.settings.limit_nanobanana = 3;
    pool.add("a@x.org");
    pool.add("b@x.org", Region::hk, 0);  // nanobanana needs no points
    pool.add("c@x.org", Region::cn);     // where there is none
    CHECK(pool.room("nanobanana").accounts == 2);
    CHECK(pool.room("nanobanana").calls == 6);
    CHECK(pool.room("jimeng-4.0").accounts == 2);
    CHECK(pool.room("jimeng-4.0").calls == 120);
    CHECK(pool.room("jimeng-4.6").accounts == 1);
    CHECK_FALSE(pool.room("jimeng-4.6").calls);

    pool.call("nanobanana", 4);
    CHECK(pool.room("nanobanana").accounts == 2);
    CHECK(pool.room("nanobanana").calls == 2);
    CHECK(pool.room("nanobanana").used == 4);
    pool.call("nanobanana", 1);
    CHECK(pool.room("nanobanana").accounts == 1);  // the other one has reached its limit
    CHECK(pool.room("nanobanana").calls == 1);
    pool.settings.limit_nanobanana = 1;
    CHECK(pool.room("nanobanana").accounts == 0);
    CHECK(pool.room("nanobanana").calls == 0);
    CHECK(pool.room("nanobanana").used == 5);
}

TEST_CASE("with CN_POINTS_ENABLED a CN account without points has room for what needs none, and counts as such")
{
    Figures pool;
    pool.add("a@x.org", Region::cn, 0);
    pool.add("b@x.org", Region::cn, 5);
    CHECK(pool.room("jimeng-3.1").accounts == 2);
    pool.settings.cn_points_enabled = true;
    CHECK(pool.room("jimeng-3.1").accounts == 1);
    CHECK(pool.room("jimeng-4.0").calls == 60);
    for (const AccountGroup& group : account_groups(*pool)) {
        CHECK(group.accounts == 1);
        CHECK((group.status == AccountStatus::no_points) == (group.points == 0));
    }
}

TEST_CASE("who is out of the pool has no room, and who is busy has some for later")
{
    Figures pool;
    const AccountId a = pool.add("a@x.org");
    AccountStore{*pool}.ban(a, std::nullopt, {}, pool.now);
    CHECK(pool.room("video-3.0").accounts == 0);
    CHECK(pool.room("video-3.0").calls == 0);
    AccountStore{*pool}.unban(a, pool.now);
    pool.settings.account_max_concurrency = 1;
    apply_limits(*pool, pool.settings);
    pool.reserved("video-3.0");
    CHECK(pool.room("video-3.0").accounts == 0);
    CHECK(pool.room("video-3.0").calls == 59);
}

TEST_CASE("unknown models are one sum")
{
    Figures pool;
    pool.add("a@x.org");
    for (const char* model : {"mine", "yours", "'; DROP TABLE models; --"}) pool.serve(model);
    pool.reserved("theirs");
    pool.reserved("jimeng-4.0");
    CHECK(PoolCapacity{*pool}.used_by_others() == 4);
    CHECK(in_flight_by_model(*pool) == std::map<std::string, std::int64_t>{{"", 1}, {"jimeng-4.0", 1}});
    CHECK(uses_so_far(*pool) == 5);
}

TEST_CASE("jobs that wait or run, and those that failed")
{
    Figures pool;
    JobStore jobs{*pool};
    jobs.queue_for_scope(JobKind::points_update, JobScope::all, asked_by_admin, pool.now);
    jobs.queue_registration(1, asked_by_admin, pool.now);
    const Job cancelled = jobs.queue_registration(1, asked_by_admin, pool.now);
    jobs.cancel(cancelled.id, pool.now);
    const auto open = open_jobs(*pool);
    REQUIRE(open.size() == 2);
    CHECK(open[0].jobs + open[1].jobs == 2);
    CHECK(open[0].state == JobState::queued);
    CHECK(failed_jobs(*pool, Time{}).empty());
    pool->run("UPDATE jobs SET state = 'failed', ended_at = ? WHERE kind = 'register'", pool.now);
    CHECK(failed_jobs(*pool, pool.now) == std::map<JobKind, std::int64_t>{{JobKind::registration, 2}});
    CHECK(failed_jobs(*pool, pool.now + milliseconds{1}).empty());
    CHECK(waiting_requests(*pool) == 0);
}
