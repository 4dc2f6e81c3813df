#include "core/storage/stores/job_store.hpp"

#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Jobs : TemporaryDatabase {
    AccountId account = AccountStore{**this}.add(able_account("a@x.org"), start);
    JobStore store{**this};
};

}  // namespace

TEST_CASE("a registration is queued as often as it is asked for")
{
    Jobs jobs;
    const Job first = jobs.store.queue_registration(3, "page", start);
    CHECK(first.kind == JobKind::registration);
    CHECK(first.state == JobState::queued);
    CHECK(first.wanted == 3);
    CHECK(first.requested_by == "page");
    CHECK(first.created_at == start);
    CHECK_FALSE(first.account);
    CHECK_FALSE(first.ended());
    CHECK(jobs.store.queue_registration(1, "page", start).id != first.id);
    CHECK_FALSE(jobs.store.find(77));
}

TEST_CASE("a session refresh that waits or runs is the one that is given; after its end a new one is queued")
{
    Jobs jobs;
    const Job first = jobs.store.queue_session_refresh(jobs.account, "engine", start);
    CHECK(first.kind == JobKind::session_refresh);
    CHECK(first.account == jobs.account);
    const Job again = jobs.store.queue_session_refresh(jobs.account, "page", start + 1min);
    CHECK(again.id == first.id);
    CHECK(again.requested_by == "engine");

    jobs->run("UPDATE jobs SET state = 'running'");
    CHECK(jobs.store.queue_session_refresh(jobs.account, "page", start).id == first.id);
    for (const char* end : {"done", "failed", "cancelled"}) {
        CAPTURE(std::string{end});
        const Job before = jobs.store.queue_session_refresh(jobs.account, "page", start);
        jobs->run("UPDATE jobs SET state = ?, ended_at = 1 WHERE id = ?", end, before.id);
        CHECK(jobs.store.find(before.id)->ended());
        CHECK(jobs.store.queue_session_refresh(jobs.account, "page", start).id > before.id);
    }
}

TEST_CASE("a refresh for an account that is not there is refused; with an account go its jobs")
{
    Jobs jobs;
    CHECK_THROWS_AS(jobs.store.queue_session_refresh(77, "page", start), DatabaseError);
    const Job job = jobs.store.queue_session_refresh(jobs.account, "page", start);
    AccountStore{*jobs}.remove(jobs.account);
    CHECK_FALSE(jobs.store.find(job.id));
}

TEST_CASE("a job for several: who is refreshed elsewhere already is skipped")
{
    Jobs jobs;
    const AccountId other = AccountStore{*jobs}.add(able_account("b@x.org"), start);
    jobs.store.queue_session_refresh(jobs.account, "engine", start);
    const Job many = jobs.store.queue_for_accounts(JobKind::session_refresh, {jobs.account, other}, "admin", start);
    CHECK(many.total == 2);
    CHECK(many.done == 1);
    CHECK(jobs.store.item(many.id, jobs.account)->state == ItemState::skipped);
    CHECK(jobs.store.item(many.id, other)->state == ItemState::pending);
    CHECK(jobs.store.queue_session_refresh(other, "engine", start).id == many.id);
    // Points may be asked for by several jobs.
    for (int i = 0; i < 2; ++i)
        CHECK(jobs.store.queue_for_accounts(JobKind::points_update, {jobs.account, other}, "admin", start).done == 0);
}

TEST_CASE("a cancelled refresh makes way for a new one, although its account is not free yet")
{
    Jobs jobs;
    const Job first = jobs.store.queue_session_refresh(jobs.account, "admin", start);
    CHECK(jobs.store.cancel(first.id, start + 1s));
    CHECK_FALSE(jobs.store.cancel(first.id, start + 2s));
    CHECK(jobs.store.find(first.id)->ended_at == start + 1s);
    const Job next = jobs.store.queue_for_accounts(JobKind::session_refresh, {jobs.account}, "admin", start);
    CHECK(next.id != first.id);
    CHECK(jobs.store.item(next.id, jobs.account)->state == ItemState::pending);
    CHECK(jobs.store.item(first.id, jobs.account)->state == ItemState::skipped);
}

TEST_CASE("jobs are listed by state and kind, the newest first")
{
    Jobs jobs;
    for (int i = 0; i < 3; ++i) jobs.store.queue_registration(1, "admin", start);
    const Job refresh = jobs.store.queue_session_refresh(jobs.account, "admin", start);
    jobs.store.cancel(1, start);
    CHECK(jobs.store.list({}, 1, 10).total == 4);
    CHECK(jobs.store.list({}, 1, 10).items.front().id == refresh.id);
    CHECK(jobs.store.list({.state = {}, .kind = JobKind::registration}, 2, 2).items.front().id == 1);
    CHECK(jobs.store.list({.state = JobState::cancelled, .kind = {}}, 1, 10).total == 1);
    CHECK(jobs.store.list({.state = JobState::queued, .kind = JobKind::registration}, 1, 10).total == 2);
}
