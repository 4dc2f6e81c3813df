#include "job_runner.hpp"

#include <thread>

#include <fmt/format.h>

#include "queueing.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/stores/job_progress.hpp"
#include "core/storage/stores/lease_store.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"
#include "two_services.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time long_ago = at("2026-01-01T00:00:00Z");

template <class Condition>
void wait_until(Condition condition, const char* what)
{
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
        REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, what);
        std::this_thread::sleep_for(5ms);
    }
}

struct Running : TemporaryDatabase {
    explicit Running(std::map<std::string, std::string> values = {})
    {
        values.insert(
            {{"REGISTER_API_URL", "http://r:1"}, {"REGISTER_API_KEY", "key"}, {"UPSTREAM_BASE_URL", "http://u:1"}});
        auto opened = SettingsFile::open(folder / "config.json", [values](const std::string& name) {
            const auto found = values.find(name);
            return found == values.end() ? std::nullopt : std::optional{found->second};
        });
        REQUIRE(opened.has_value());
        settings = std::move(*opened);
    }

    std::unique_ptr<JobRunner> runner()
    {
        auto made = std::make_unique<JobRunner>(file, *settings, services,
                                                JobRunner::Options{.look_every = 10ms, .task_poll_every = 5ms});
        made->start();
        return made;
    }
    std::vector<AccountId> add_accounts(int count, Region region = Region::us)
    {
        Transaction transaction{**this};
        std::vector<AccountId> ids;
        for (int i = 0; i < count; ++i)
            ids.push_back(AccountStore{**this}.add(able_account(fmt::format("a{}@x.org", ++added), region), long_ago));
        transaction.commit();
        return ids;
    }
    Account account(AccountId id) { return AccountStore{**this}.find(id).value(); }
    Job job(JobId id) { return JobStore{**this}.find(id).value(); }
    JobItem item(JobId id, AccountId account) { return JobStore{**this}.item(id, account).value(); }
    Job ended(JobId id)
    {
        wait_until([&] { return job(id).ended(); }, "the job ends");
        return job(id);
    }
    Job queue(JobKind kind, const std::vector<AccountId>& accounts, std::string_view by = asked_by_admin)
    {
        Transaction transaction{**this};
        const Job queued = JobStore{**this}.queue_for_accounts(kind, accounts, by, system_now());
        transaction.commit();
        return queued;
    }
    Job refresh(AccountId id, std::string_view by = asked_by_admin)
    {
        Transaction transaction{**this};
        const Job queued = JobStore{**this}.queue_session_refresh(id, by, system_now());
        transaction.commit();
        return queued;
    }
    Job scope(JobKind kind, JobScope wanted, std::string_view by = asked_by_admin)
    {
        return JobStore{**this}.queue_for_scope(kind, wanted, by, system_now());
    }

    std::unique_ptr<SettingsFile> settings;
    TwoServices services;
    int added = 0;
};

const std::string fresh = "0123456789abcdef0123456789abcdef";

HttpResult task(const std::string& status, const std::string& result, const std::string& error = "null")
{
    return answer_of(200, fmt::format(R"({{"task_id": "task-1", "status": "{}", "result": {}, "error": {}}})", status,
                                      result, error));
}
std::string registered(const std::string& email, const std::string& prefix = "")
{
    return fmt::format(R"({{"email": "{}", "password": "pw", "session_id": "{}{}"}})", email, prefix, fresh);
}

}  // namespace

TEST_CASE("a refreshed session: the new one is stored and the account is back in the pool")
{
    Running jobs;
    const AccountId id = jobs.add_accounts(1, Region::hk).front();
    jobs->run("UPDATE accounts SET session_expired = 1, status_note = 'x', refresh_failures = 2 WHERE id = ?", id);
    jobs.services.session_prefix = "us-";
    const auto runner = jobs.runner();
    const Job job = jobs.ended(jobs.refresh(id, asked_by_engine).id);
    CHECK(job.state == JobState::done);
    CHECK(job.done == 1);
    CHECK(job.error.empty());
    const Account account = jobs.account(id);
    CHECK(account.session_id == fresh);
    CHECK(account.region == Region::hk);  // a returned us does not move it
    CHECK_FALSE(account.session_expired);
    CHECK(account.status_note.empty());
    CHECK(*account.session_updated_at > long_ago);
    CHECK(number(*jobs, "SELECT refresh_failures FROM accounts") == 0);
}

TEST_CASE("a returned region other than us moves the account")
{
    Running jobs;
    const AccountId id = jobs.add_accounts(1, Region::us).front();
    jobs.services.session_prefix = "jp-";
    const auto runner = jobs.runner();
    jobs.ended(jobs.refresh(id).id);
    CHECK(jobs.account(id).region == Region::jp);
    CHECK(jobs.account(id).session_id == fresh);
}

TEST_CASE("a failed refresh keeps the session; after three in a row it is left alone until a job is queued by hand")
{
    Running jobs;
    const AccountId id = jobs.add_accounts(1).front();
    const Account before = jobs.account(id);
    jobs.services.refused_emails["a1@x.org"] = {500, "wrong password"};
    const auto runner = jobs.runner();
    for (int failures = 1; failures <= 3; ++failures) {
        const Job job = jobs.ended(jobs.refresh(id, asked_by_engine).id);
        CHECK(job.state == JobState::failed);
        CHECK(english(job.error).find("wrong password") != std::string::npos);
        CHECK(number(*jobs, "SELECT refresh_failures FROM accounts") == failures);
        CHECK(jobs.account(id).session_id == before.session_id);
        CHECK(english(jobs.account(id).status_note).find("wrong password") != std::string::npos);
    }
    const Job left = jobs.ended(jobs.refresh(id, asked_by_engine).id);
    CHECK(jobs.item(left.id, id).state == ItemState::skipped);
    CHECK(jobs.services.refreshed()["a1@x.org"] == 3);
    CHECK_FALSE(queue_session_refresh_due(*jobs, jobs.settings->current()->settings, asked_by_schedule, system_now()));

    jobs.services.refused_emails.clear();
    CHECK(jobs.ended(jobs.refresh(id, asked_by_admin).id).state == JobState::done);
    CHECK(jobs.account(id).session_id == fresh);
}

TEST_CASE("what is the service's fault is not counted against the account")
{
    Running jobs;
    const AccountId id = jobs.add_accounts(1).front();
    jobs.services.away = true;
    const auto runner = jobs.runner();
    CHECK(jobs.ended(jobs.refresh(id).id).state == JobState::failed);
    CHECK(number(*jobs, "SELECT refresh_failures FROM accounts") == 0);
    CHECK(number(*jobs, "SELECT refresh_failed_at IS NOT NULL FROM accounts") == 1);
    runner->stop();  // what is queued from here on stays queued
    // Expired and failed a while ago: it is tried again by itself.
    const Settings settings = jobs.settings->current()->settings;
    jobs->run("UPDATE accounts SET session_expired = 1");
    CHECK_FALSE(queue_session_refresh_expired(*jobs, settings, asked_by_schedule, system_now()));
    CHECK(queue_session_refresh_expired(*jobs, settings, asked_by_schedule, system_now() + 11min));
    CHECK_FALSE(queue_session_refresh_expired(*jobs, settings, asked_by_schedule, system_now() + 11min));
}

TEST_CASE("a stop during refreshes is quick, and the next start finishes them: each once")
{
    Running jobs{{{"SESSION_UPDATE_BATCH_SIZE", "7"}}};
    const auto ids = jobs.add_accounts(40);
    jobs.services.refused_emails["a5@x.org"] = {500, "no"};
    const Job job = jobs.queue(JobKind::session_refresh, ids);
    jobs.services.refresh_ms = 10;
    {
        auto runner = jobs.runner();
        wait_until([&] { return jobs.services.refreshed().size() >= 12; }, "some are done");
        jobs.services.holds_refreshes = true;
        wait_until([&] { return jobs.services.held() == 7; }, "all work");
        CHECK(number(*jobs, "SELECT count(*) FROM job_items WHERE state = 'running'") == 7);
        const auto before = jobs.services.refreshed();
        runner->stop();
        CHECK(jobs.services.refreshed() == before);  // it did not wait for those that are held
    }
    CHECK(jobs.job(job.id).state == JobState::running);
    CHECK(number(*jobs, "SELECT count(*) FROM job_items WHERE state = 'running'") == 0);
    CHECK(number(*jobs, "SELECT count(*) FROM job_items WHERE state = 'pending'") > 0);

    jobs.services.holds_refreshes = false;
    jobs->run(
        "UPDATE job_items SET state = 'running' WHERE id IN (SELECT id FROM job_items WHERE state = 'pending' LIMIT "
        "3)");  // as after a kill
    const auto runner = jobs.runner();
    const Job after = jobs.ended(job.id);
    CHECK(after.state == JobState::done);
    CHECK(after.done == 40);
    CHECK(after.failed == 1);
    CHECK(english(after.error).find("1 of 40") == 0);
    const auto refreshed = jobs.services.refreshed();
    CHECK(refreshed.size() == 40);
    for (const auto& [email, times] : refreshed) CHECK_MESSAGE(times == 1, email);
    CHECK(jobs.services.max_at_a_time() == 7);
}

TEST_CASE("a cancelled job waits for nothing; what it had not begun is skipped")
{
    Running jobs;
    const auto ids = jobs.add_accounts(30);
    jobs.services.holds_refreshes = true;
    const auto runner = jobs.runner();
    const Job job = jobs.queue(JobKind::session_refresh, ids);
    wait_until([&] { return number(*jobs, "SELECT count(*) FROM job_items WHERE state = 'running'") == 5; },
               "it works");
    JobStore{*jobs}.cancel(job.id, system_now());
    wait_until([&] { return number(*jobs, "SELECT count(*) FROM job_items WHERE state = 'skipped'") == 30; },
               "all skipped");
    CHECK(jobs.job(job.id).state == JobState::cancelled);
    CHECK(jobs.services.refreshed().empty());
}

TEST_CASE("points of all: a bad token takes out its account only, CN is left out, and unknown is not 0")
{
    Running jobs;
    const auto ids = jobs.add_accounts(450);
    const AccountId cn = jobs.add_accounts(1, Region::cn).front();
    jobs.services.bad_session = jobs.account(ids[30]).session_id.value();
    jobs.services.holds_refreshes = true;
    const auto runner = jobs.runner();
    const Job job = jobs.ended(jobs.scope(JobKind::points_update, JobScope::all).id);
    CHECK(job.state == JobState::done);
    CHECK(job.total == 450);
    CHECK(job.failed == 1);
    CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE points = 77") == 449);
    CHECK(jobs.account(ids[30]).points == 120);
    CHECK(jobs.account(ids[30]).session_expired);
    CHECK(jobs.account(cn).points == 120);
    CHECK(jobs.services.asked("/token/points") <= 12);
    // As when the engine finds it out, a refresh follows.
    CHECK(JobStore{*jobs}.find_open(JobKind::session_refresh).value().account == ids[30]);
}

TEST_CASE("a job for the points of a selection says why an account was skipped; an upstream that is away ends the job")
{
    Running jobs;
    const AccountId cn = jobs.add_accounts(1, Region::cn).front();
    const AccountId us = jobs.add_accounts(1).front();
    {
        const auto runner = jobs.runner();
        const Job job = jobs.ended(jobs.queue(JobKind::points_update, {cn, us}).id);
        CHECK(jobs.item(job.id, cn).state == ItemState::skipped);
        CHECK(jobs.item(job.id, cn).result == Message{"job.cn_not_asked"});
        CHECK(english(jobs.item(job.id, us).result) == "77 points");
    }
    jobs.add_accounts(500);
    jobs.services.away = true;
    const auto runner = jobs.runner();
    const Job job = jobs.ended(jobs.scope(JobKind::points_update, JobScope::all).id);
    CHECK(job.state == JobState::failed);
    CHECK_FALSE(job.error.empty());
    CHECK(job.scope_cursor.has_value());
    CHECK(jobs.services.asked("/token/points") < 8);
    CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE points = 0") == 0);
}

TEST_CASE("the clock's own jobs keep no rows of what went well")
{
    Running jobs;
    jobs.add_accounts(5);
    CHECK(queue_points_update(*jobs, asked_by_schedule, system_now()));
    CHECK_FALSE(queue_points_update(*jobs, asked_by_schedule, system_now()));
    const auto runner = jobs.runner();
    CHECK(jobs.ended(1).done == 5);
    wait_until([&] { return number(*jobs, "SELECT count(*) FROM job_items") == 0; }, "they are forgotten");
    CHECK(queue_points_update(*jobs, asked_by_schedule, system_now()));
}

TEST_CASE("points after use: only of those that are due, once in thirty seconds, and again if used meanwhile")
{
    Running jobs;
    const auto ids = jobs.add_accounts(3);
    const Settings settings = jobs.settings->current()->settings;
    const Time now = system_now();
    const std::stop_token stop;
    CHECK(update_due_points(*jobs, settings, jobs.services, stop, now) == 0);
    jobs->run("UPDATE accounts SET points_due_at = ? WHERE id <= 2", now);
    CHECK(update_due_points(*jobs, settings, jobs.services, stop, now) == 2);
    CHECK(jobs.account(ids[0]).points == 77);
    CHECK(jobs.account(ids[2]).points == 120);
    CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE points_due_at IS NOT NULL") == 0);

    jobs->run("UPDATE accounts SET points_due_at = ? WHERE id = 1", now);
    CHECK(update_due_points(*jobs, settings, jobs.services, stop, now + 29s) == 0);
    const auto seen = AccountUpkeep{*jobs}.points_due(now, 10);
    REQUIRE(seen.size() == 1);
    jobs->run("UPDATE accounts SET updated_at = updated_at + 1 WHERE id = 1");  // a request was settled since
    AccountUpkeep{*jobs}.points_asked(seen.front(), now);
    CHECK(update_due_points(*jobs, settings, jobs.services, stop, now + 30s) == 1);

    jobs.services.away = true;
    jobs->run("UPDATE accounts SET points_due_at = ? WHERE id = 1", now);
    CHECK(update_due_points(*jobs, settings, jobs.services, stop, now + 1h) == 0);
    CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE points_due_at IS NOT NULL") == 1);
}

TEST_CASE("a doubt of points is asked about at once, and only the answer ends it")
{
    Running jobs;
    const auto ids = jobs.add_accounts(2);
    const Settings settings = jobs.settings->current()->settings;
    const Time now = system_now();
    const auto status = [&] { return status_of(jobs.account(ids[0])); };
    jobs->run("UPDATE accounts SET points_due_at = ?, points_asked_at = ? WHERE id = 2", now, now - 20s);
    jobs->run("UPDATE accounts SET points_due_at = ?, points_doubted = 1 WHERE id = 1", now);
    CHECK(status() == AccountStatus::no_points);
    jobs.services.away = true;
    CHECK(update_doubted_points(*jobs, settings, jobs.services, {}, now) == 0);
    CHECK(status() == AccountStatus::no_points);
    CHECK(jobs.account(ids[0]).points == 120);
    CHECK(UpstreamFactsStore{*jobs}.known().doubted_at);

    jobs.services.away = false;
    CHECK(update_doubted_points(*jobs, settings, jobs.services, {}, now) == 1);
    CHECK(status() == AccountStatus::active);
    CHECK(jobs.account(ids[0]).points == 77);
    CHECK(jobs.account(ids[1]).points == 120);
    CHECK(number(*jobs, "SELECT points_due_at IS NULL FROM accounts WHERE id = 1") == 1);
    CHECK(update_doubted_points(*jobs, settings, jobs.services, {}, now + 1h) == 0);
}

TEST_CASE("a query that fails never makes the points 0, and is tried again")
{
    Running jobs;
    const auto ids = jobs.add_accounts(1);
    const Settings settings = jobs.settings->current()->settings;
    const Time now = system_now();
    jobs.services.bad_session = jobs.account(ids[0]).session_id.value();
    jobs.services.login_error = "[API_REQUEST_FAILED] [即梦API请求失败]: shark not pass (错误码: 1019)";
    jobs->run("UPDATE accounts SET points_due_at = ?, points_doubted = 1", now);
    CHECK(update_doubted_points(*jobs, settings, jobs.services, {}, now) == 1);
    CHECK(jobs.account(ids[0]).points == 120);
    CHECK(jobs.account(ids[0]).points_doubted);
    CHECK_FALSE(jobs.account(ids[0]).session_expired);
    CHECK(update_doubted_points(*jobs, settings, jobs.services, {}, now + 29s) == 0);
    jobs.services.bad_session.clear();
    CHECK(update_doubted_points(*jobs, settings, jobs.services, {}, now + 30s) == 1);
    CHECK(jobs.account(ids[0]).points == 77);
    CHECK_FALSE(jobs.account(ids[0]).points_doubted);
}

TEST_CASE("with CN_POINTS_ENABLED CN accounts are asked for points like all others")
{
    Running jobs{{{"CN_POINTS_ENABLED", "true"}}};
    LeaseStore{*jobs}.set_cn_points(true);  // as the workers do
    const AccountId cn = jobs.add_accounts(1, Region::cn).front();
    const AccountId other = jobs.add_accounts(1, Region::cn).front();
    jobs.services.bad_session = jobs.account(other).session_id.value();
    jobs.services.login_error = "[API_REQUEST_FAILED] [即梦API请求失败]: login error (错误码: 34010105)";
    jobs.services.holds_refreshes = true;
    const auto runner = jobs.runner();
    const Job job = jobs.ended(jobs.scope(JobKind::points_update, JobScope::all).id);
    CHECK(job.total == 2);
    CHECK(jobs.account(cn).points == 77);
    CHECK(jobs.account(other).session_expired);
    jobs->run("UPDATE accounts SET session_expired = 0");
    jobs.ended(jobs.scope(JobKind::session_check, JobScope::all).id);
    CHECK(jobs.services.asked("/token/check") == 0);
    CHECK_FALSE(jobs.account(cn).session_expired);
    CHECK(jobs.account(other).session_expired);
    CHECK(jobs.ended(jobs.scope(JobKind::daily_credits, JobScope::all).id).total == 1);
    CHECK(jobs.account(cn).points == 180);
}

TEST_CASE("a session that has points is live, and a login error is its end")
{
    Running jobs;
    const auto ids = jobs.add_accounts(450);
    jobs.services.bad_session = jobs.account(ids[30]).session_id.value();
    jobs.services.live = false;  // /token/check calls every session dead, as jimeng-api does
    jobs.services.holds_refreshes = true;
    jobs->run("UPDATE accounts SET check_failed_at = ? WHERE id = 7", system_now() - 2h);
    const auto runner = jobs.runner();
    const Job job = jobs.ended(jobs.scope(JobKind::session_check, JobScope::all).id);
    CHECK(job.done == 450);
    CHECK(job.failed == 1);
    CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE session_expired") == 1);
    CHECK(jobs.account(ids[30]).session_expired);
    CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE check_failed_at IS NOT NULL") == 0);
    CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE points = 77") == 449);
    CHECK(jobs.services.asked("/token/check") == 0);
    CHECK(jobs.services.asked("/token/points") <= 12);
    CHECK(JobStore{*jobs}.find_open(JobKind::session_refresh).value().account == ids[30]);
}

TEST_CASE("an upstream that calls every session dead cannot empty the pool, however often it is asked")
{
    Running jobs;
    const auto ids = jobs.add_accounts(20);
    const auto cn = jobs.add_accounts(20, Region::cn);
    jobs.services.live = false;
    const auto runner = jobs.runner();
    for (const bool has_points : {true, false}) {
        jobs.services.has_points = has_points;
        for (int day = 0; day < 4; ++day) {
            const Job job = jobs.ended(jobs.scope(JobKind::session_check, JobScope::all).id);
            CHECK(job.state == JobState::done);
            CHECK(job.done == 40);
            CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE session_expired") == 0);
            CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE check_failed_at IS NOT NULL") == 0);
        }
    }
    // Nor can one whose provider was there before and is away now.
    jobs->run("UPDATE accounts SET check_failed_at = ?", system_now() - 2h);
    UpstreamFactsStore{*jobs}.called_live(ids[0], system_now() - 11min);
    UpstreamFactsStore{*jobs}.called_live(cn[0], system_now() - 11min);
    jobs.ended(jobs.scope(JobKind::session_check, JobScope::all).id);
    CHECK(number(*jobs, "SELECT count(*) FROM accounts WHERE session_expired") == 0);
}

TEST_CASE(
    "where no account can be asked for points, a session is marked when a second check, an hour later, finds it dead")
{
    Running jobs;
    jobs.services.has_points = false;
    const auto ids = jobs.add_accounts(2);
    const AccountId id = ids[0];
    jobs.services.dead_session = jobs.account(id).session_id.value();
    const auto runner = jobs.runner();
    const auto check = [&](std::vector<AccountId> accounts) {
        return jobs.ended(jobs.queue(JobKind::session_check, accounts).id);
    };
    // No other session was called live so far.
    const Job alone = check({id});
    CHECK(jobs.item(alone.id, id).state == ItemState::skipped);
    CHECK(number(*jobs, "SELECT check_failed_at IS NULL FROM accounts WHERE id = ?", id) == 1);

    check(ids);
    check({id});
    CHECK_FALSE(jobs.account(id).session_expired);
    CHECK_FALSE(queue_session_recheck(*jobs, asked_by_schedule, system_now()));
    CHECK(queue_session_recheck(*jobs, asked_by_schedule, system_now() + 61min));
    wait_until([&] { return !JobStore{*jobs}.find_open(JobKind::session_check); }, "the second look");

    const std::string dead = std::exchange(jobs.services.dead_session, "");
    check({id});
    CHECK(number(*jobs, "SELECT check_failed_at IS NULL FROM accounts WHERE id = ?", id) == 1);
    jobs.services.dead_session = dead;
    jobs.services.holds_refreshes = true;
    jobs->run("UPDATE accounts SET check_failed_at = ? WHERE id = ?", system_now() - 61min, id);
    // The other one was called live a while ago: it is asked once more, to see that the upstream can tell.
    jobs->run("UPDATE upstream_facts SET live_account = ?, live_at = ?, live_account_before = NULL", ids[1],
              system_now() - 11min);
    const Job last = check({id});
    CHECK(jobs.account(id).session_expired);
    CHECK_FALSE(jobs.account(ids[1]).session_expired);
    CHECK(jobs.item(last.id, id).result == Message{"job.not_live_twice"});
    CHECK(JobStore{*jobs}.find_open(JobKind::session_refresh).has_value());
}

TEST_CASE("CN accounts are checked without points unless CN_POINTS_ENABLED")
{
    Running jobs;
    const AccountId cn = jobs.add_accounts(1, Region::cn).front();
    const AccountId us = jobs.add_accounts(1).front();
    const auto runner = jobs.runner();
    const Job job = jobs.ended(jobs.scope(JobKind::session_check, JobScope::all).id);
    CHECK(job.done == 2);
    CHECK(jobs.services.asked("/token/check") == 1);
    CHECK(jobs.services.asked("/token/points") == 1);
    CHECK(jobs.account(cn).points == 120);
    CHECK(jobs.account(us).points == 77);
}

TEST_CASE("with jimeng-api-go an account with a proxy is asked about nothing")
{
    Running jobs;
    const auto ids = jobs.add_accounts(2);
    AccountStore{*jobs}.change(ids[0], {.proxy_url = std::optional<std::string>{"http://u:pw@proxy:1"}}, long_ago);
    UpstreamFactsStore facts{*jobs};
    facts.expect("http://u:1");
    facts.found("http://u:1", {.diagnosis = UpstreamDiagnosis::jimeng_api_go, .message = external_text("x")}, long_ago,
                system_now());
    const auto runner = jobs.runner();
    for (const JobKind kind : {JobKind::points_update, JobKind::session_check, JobKind::daily_credits}) {
        const Job job = jobs.ended(jobs.scope(kind, JobScope::all, asked_by_admin).id);
        CHECK(job.done == 2);
        CHECK(job.failed == 0);
        CHECK(jobs.item(job.id, ids[0]).state == ItemState::skipped);
        CHECK(jobs.item(job.id, ids[0]).result == Message{"job.proxy_kept_back"});
        CHECK(jobs.item(job.id, ids[1]).state == ItemState::done);
    }
}

TEST_CASE("the daily credits are claimed, and the points that come with the answer are kept")
{
    Running jobs;
    const AccountId id = jobs.add_accounts(1).front();
    const auto runner = jobs.runner();
    const Job job = jobs.ended(jobs.queue(JobKind::daily_credits, {id}).id);
    CHECK(english(jobs.item(job.id, id).result) == "Claimed; 180 points");
    CHECK(jobs.account(id).points == 180);
}

TEST_CASE("one is registered: with the default points and the region of its session")
{
    Running jobs{{{"DEFAULT_POINTS", "55"}}};
    jobs.services.tasks = {task("pending", "null"), fault_of(HttpFault::unreachable),
                           task("completed", registered("new@x.org", "sg-"))};
    const auto runner = jobs.runner();
    const Job job = jobs.ended(JobStore{*jobs}.queue_registration(1, "admin", system_now()).id);
    CHECK_MESSAGE(job.state == JobState::done, english(job.error));
    const auto made = JobStore{*jobs}.registered_accounts(job.id);
    REQUIRE(made.size() == 1);
    const Account account = jobs.account(made.front());
    CHECK(account.email == "new@x.org");
    CHECK(account.region == Region::sg);
    CHECK(account.session_id == fresh);
    CHECK(account.points == 55);
    CHECK(jobs.services.asked("/register") == 1);
    CHECK(jobs.services.asked("/tasks/task-1") == 3);
}

TEST_CASE("of three, one fails and one is known: what is known is left as it is")
{
    Running jobs;
    const AccountId known = jobs.add_accounts(1).front();
    jobs.services.tasks = {task("completed", fmt::format(R"({{"success_count": 2, "fail_count": 1, "accounts": [{}, {}],
                                 "errors": ["no mailbox"]}})",
                                                         registered("A1@x.org"), registered("new@x.org")))};
    const auto runner = jobs.runner();
    const Job job = jobs.ended(JobStore{*jobs}.queue_registration(3, "admin", system_now()).id);
    CHECK(job.state == JobState::done);
    CHECK(job.done == 3);
    CHECK(job.failed == 2);
    CHECK(jobs.services.asked("/register/batch") == 1);
    CHECK(english(jobs.item(job.id, known).error).find("already exists") != std::string::npos);
    CHECK(jobs.account(known).password == "password of a1@x.org");
    CHECK(number(*jobs, "SELECT count(*) FROM accounts") == 2);
    CHECK(number(*jobs, "SELECT count(*) FROM job_items WHERE error LIKE '%no mailbox%'") == 1);
}

TEST_CASE("a registration goes on with its task after a restart and never asks for another one")
{
    Running jobs;
    const Job job = JobStore{*jobs}.queue_registration(1, "admin", system_now());
    {
        const auto runner = jobs.runner();
        wait_until([&] { return jobs.services.asked("/tasks/task-1") >= 2; }, "it is polled");
    }
    CHECK(jobs.job(job.id).state == JobState::running);
    jobs.services.tasks = {task("completed", registered("new@x.org"))};
    {
        const auto runner = jobs.runner();
        CHECK(jobs.ended(job.id).state == JobState::done);
    }
    CHECK(jobs.services.asked("/register") == 1);

    // Killed between the question and its answer: the outcome is unknown, so it is not asked again.
    const Job other = JobStore{*jobs}.queue_registration(1, "admin", system_now());
    JobProgress{*jobs}.task_is_asked_for(other.id, system_now());
    const auto runner = jobs.runner();
    CHECK(english(jobs.ended(other.id).error).find("not sent again") != std::string::npos);
    CHECK(jobs.services.asked("/register") == 1);
}

TEST_CASE("a registration that comes to nothing says why")
{
    struct Row {
        const char* name;
        HttpResult answer;
        const char* words;
        int polls;
    };
    const Row rows[] = {
        {"failed", task("failed", "null", "\"no captcha\""), "no captcha", 1},
        {"forgotten", answer_of(404, R"({"detail": "Task not found"})"), "no longer has the task", 1},
        {"never ready", task("processing", "null"), "Not ready after 60 attempts", 60},
        {"malformed", answer_of(200, "<html>"), "Not ready after 60 attempts", 60},
        {"without an account",
         task("completed", R"({"success_count": 0, "fail_count": 0, "accounts": [], "errors": []})"),
         "did not report 2 of 2", 1},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string{row.name});
        Running jobs;
        jobs.services.tasks = {row.answer};
        const auto runner = jobs.runner();
        const Job job = jobs.ended(JobStore{*jobs}.queue_registration(2, "admin", system_now()).id);
        CHECK(job.state == JobState::failed);
        CHECK_MESSAGE(english(job.error).find(row.words) != std::string::npos, english(job.error));
        CHECK(jobs.services.asked("/tasks/task-1") == row.polls);
    }
}

TEST_CASE("automatic registration: at its interval, up to its target, and less often after failures")
{
    Running jobs;
    Settings settings;
    settings.register_api_url = "http://r:1";
    settings.register_api_key = "key";
    settings.auto_register_interval = 600;
    const Time now = at("2026-11-22T10:00:00Z");
    CHECK_FALSE(queue_auto_registration(*jobs, settings, now));
    settings.auto_register_enabled = true;
    jobs.add_accounts(2);
    settings.auto_register_target = 2;
    CHECK_FALSE(queue_auto_registration(*jobs, settings, now));
    settings.auto_register_target = 3;
    CHECK(queue_auto_registration(*jobs, settings, now));
    CHECK_FALSE(queue_auto_registration(*jobs, settings, now + 1h));  // it waits still

    JobProgress progress{*jobs};
    progress.end(1, JobState::failed, external_text("no"), now);
    CHECK_FALSE(queue_auto_registration(*jobs, settings, now + 1199s));
    CHECK(queue_auto_registration(*jobs, settings, now + 1200s));
    progress.end(2, JobState::done, {}, now);
    CHECK_FALSE(queue_auto_registration(*jobs, settings, now + 599s));
    CHECK(queue_auto_registration(*jobs, settings, now + 600s));
    settings.auto_register_target.reset();
    CHECK(auto_registration_wait(settings, 3) == 80min);
    CHECK(auto_registration_wait(settings, 100) == 6h);
    settings.auto_register_interval = 86400;
    CHECK(auto_registration_wait(settings, 5) == 24h);
}

TEST_CASE("a failed automatic registration says when the next one is")
{
    Running jobs;
    jobs.services.away = true;
    const auto runner = jobs.runner();
    const Job queued = JobStore{*jobs}.queue_registration(1, asked_by_schedule, system_now());
    jobs.ended(queued.id);
    wait_until([&] { return jobs.job(queued.id).note.code == "job.next_registration"; }, "the note");
    CHECK(english(jobs.job(queued.id).note).find("next attempt in 120 minutes") != std::string::npos);
}
