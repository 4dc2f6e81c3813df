#include "storage/job_store.hpp"

#include "storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time start = at("2026-11-22T10:00:00Z");

struct Jobs : TemporaryDatabase {
    AccountId account = AccountStore{**this}.add(able_account("a@x.org"), start);
    JobStore store{**this};
};

}  // namespace

TEST_CASE("a registration is queued as often as it is asked for")
{
    Jobs jobs;
    const Job first = jobs.store.queue_registration(3, "page", start);
    CHECK(first.kind == "register");
    CHECK(first.state == "queued");
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
    CHECK(first.kind == "session_refresh");
    CHECK(first.account == jobs.account);
    const Job again = jobs.store.queue_session_refresh(jobs.account, "page", start + 1min);
    CHECK(again.id == first.id);
    CHECK(again.requested_by == "engine");

    jobs->run("UPDATE jobs SET state = 'running'");
    CHECK(jobs.store.queue_session_refresh(jobs.account, "page", start).id == first.id);
    for (const char* end : {"done", "failed", "cancelled"}) {
        CAPTURE(std::string{end});
        const Job before = jobs.store.queue_session_refresh(jobs.account, "page", start);
        jobs->run("UPDATE jobs SET state = ? WHERE id = ?", end, before.id);
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
