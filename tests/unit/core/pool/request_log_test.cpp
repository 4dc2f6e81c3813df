#include "core/pool/request_log.hpp"

#include "core/base/time_ordered_id.hpp"
#include "core/pool/write_queue_worker.hpp"
#include "core/pool/wait_queue.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/log/request_store.hpp"
#include "core/storage/log/statistics_store.hpp"

using namespace dreamina;

namespace {

struct LoggedPool : AccountPool {
    AccountId a = add("a@x.org");
    AccountId b = add("b@x.org", Region::hk);
    RequestStore log{**this};
    StatisticsStore statistics{**this};
    RequestFacts facts{.id = new_time_ordered_id(now),
                       .began_at = now,
                       .method = "POST",
                       .path = "/v1/images/generations",
                       .model_asked = "jimeng-4.0",
                       .api_key = 3,
                       .bytes_in = 77};
    std::vector<AccountId> tried;

    Lease lease()
    {
        auto reservation =
            reserve(**this, catalog.resolve("jimeng-4.0", settings), worker, now, now + 5min, tried, facts);
        REQUIRE(reservation.has_value());
        return *reservation;
    }
    Settlement settlement(const Lease& lease, Verdict verdict)
    {
        return {.lease = lease.id,
                .verdict = verdict,
                .ban_for = 4h,
                .session_id = lease.session_id,
                .request = facts,
                .model = lease.model,
                .attempt = {.number = static_cast<int>(tried.size()) + 1,
                            .account = lease.account,
                            .region = lease.region,
                            .upstream_status = 200,
                            .began_at = now,
                            .took = 40ms}};
    }
    RequestEnd end(RequestOutcome outcome, int attempts)
    {
        return {.outcome = outcome,
                .status = 200,
                .bytes_out = 9,
                .took = 50ms,
                .upstream_took = 40ms,
                .attempts = attempts};
    }
    bool settle_last(const Lease& lease, Verdict verdict)
    {
        Settlement last = settlement(lease, verdict);
        last.end = end(outcome_of(verdict), static_cast<int>(tried.size()) + 1);
        return settle(**this, last, now);
    }
    void fail_over(const Lease& lease, Verdict verdict)
    {
        CHECK(settle(**this, settlement(lease, verdict), now));
        tried.push_back(lease.account);
        facts.upstream_took += 40ms;
    }
    LoggedRequest logged()
    {
        const auto found = log.find(facts.id);
        REQUIRE(found);
        return *found;
    }
    std::int64_t attempts_of(Verdict verdict)
    {
        std::int64_t sum = 0;
        for (const AttemptTotal& total : statistics.attempt_totals())
            if (total.verdict == to_string(verdict)) sum += total.attempts;
        return sum;
    }
    std::int64_t requests_of(RequestOutcome outcome)
    {
        std::int64_t sum = 0;
        for (const RequestTotal& total : statistics.request_totals())
            if (total.outcome == to_string(outcome)) sum += total.requests;
        return sum;
    }
    std::int64_t logged_requests() { return number(**this, "SELECT count(*) FROM requests"); }
    std::int64_t unfinished() { return number(**this, "SELECT count(*) FROM unfinished_requests"); }
};

}  // namespace

TEST_CASE("the settlement that ends a request logs it, and a second one does not")
{
    LoggedPool pool;
    const Lease lease = pool.lease();
    CHECK(pool.settle_last(lease, Verdict::success));
    const LoggedRequest request = pool.logged();
    CHECK(request.record.end.outcome == RequestOutcome::success);
    CHECK(request.record.model == "jimeng-4.0");
    CHECK(request.record.facts.api_key == 3);
    REQUIRE(request.attempts.size() == 1);
    CHECK(request.attempts[0].attempt.account == lease.account);
    CHECK(request.attempts[0].attempt.verdict == Verdict::success);

    CHECK_FALSE(pool.settle_last(lease, Verdict::success));
    CHECK(pool.logged_requests() == 1);
    CHECK(pool.requests_of(RequestOutcome::success) == 1);
    CHECK(pool.attempts_of(Verdict::success) == 1);
}

TEST_CASE("a request that went from one account to another: each attempt is logged with its own settlement")
{
    LoggedPool pool;
    pool.fail_over(pool.lease(), Verdict::session_expired);
    CHECK(pool.logged_requests() == 0);
    CHECK(pool.attempts_of(Verdict::session_expired) == 1);
    CHECK(pool.unfinished() == 1);

    const Lease second = pool.lease();
    CHECK(pool.settle_last(second, Verdict::success));
    const LoggedRequest request = pool.logged();
    REQUIRE(request.attempts.size() == 2);
    CHECK(request.attempts[0].attempt.verdict == Verdict::session_expired);
    CHECK(request.attempts[0].attempt.account != second.account);
    CHECK(request.attempts[1].attempt.number == 2);
    CHECK(request.attempts[1].email.has_value());
    CHECK(pool.unfinished() == 0);
    CHECK(pool.attempts_of(Verdict::success) == 1);
}

TEST_CASE("a request that ends for want of another account is logged with the attempt before")
{
    LoggedPool pool;
    pool.fail_over(pool.lease(), Verdict::session_expired);
    GatheredSums sums;
    log_end(*pool,
            {.facts = pool.facts,
             .model = "jimeng-4.0",
             .end = pool.end(RequestOutcome::account_failed, 1),
             .last_attempt = std::nullopt},
            sums);
    pool.statistics.add(sums);
    REQUIRE(pool.logged().record.last_attempt);
    CHECK(pool.logged().record.last_attempt->verdict == Verdict::session_expired);
    CHECK(pool.logged().email.has_value());
    CHECK(pool.logged().attempts.size() == 1);
    CHECK(pool.logged().record.end.attempts == 1);
    CHECK(pool.unfinished() == 0);
    CHECK(pool.attempts_of(Verdict::session_expired) == 1);
    CHECK(pool.requests_of(RequestOutcome::account_failed) == 1);
}

TEST_CASE("a killed worker's request is logged, with an unknown outcome, by the process that settles its lease")
{
    LoggedPool pool;
    pool.worker = "dead";
    const Lease lease = pool.lease();
    pool.now += 3s;
    CHECK(settle_abandoned(*pool, {"dead"}, pool.now) == 1);
    const LoggedRequest request = pool.logged();
    CHECK(request.record.end.outcome == RequestOutcome::outcome_unknown);
    CHECK_FALSE(request.record.end.status);
    CHECK(request.record.end.took == 3s);
    CHECK(request.record.facts.path == "/v1/images/generations");
    CHECK(request.record.facts.model_asked == "jimeng-4.0");
    CHECK(request.record.facts.bytes_in == 77);
    REQUIRE(request.attempts.size() == 1);
    CHECK(request.attempts[0].attempt.account == lease.account);
    CHECK(request.attempts[0].attempt.region == lease.region);
    CHECK(request.attempts[0].attempt.verdict == Verdict::interrupted);
    CHECK(request.attempts[0].attempt.reason == "abandoned");
    CHECK(pool.attempts_of(Verdict::interrupted) == 1);

    CHECK_FALSE(pool.settle_last(lease, Verdict::success));  // it lived after all
    CHECK(pool.requests_of(RequestOutcome::success) == 0);
    CHECK(settle_abandoned(*pool, {"dead"}, pool.now) == 0);
    CHECK(pool.logged_requests() == 1);
}

TEST_CASE("killed in the second attempt: both attempts are in the log")
{
    LoggedPool pool;
    pool.worker = "dead";
    pool.fail_over(pool.lease(), Verdict::rate_limited);
    pool.lease();
    settle_abandoned(*pool, {"dead"}, pool.now);
    const LoggedRequest request = pool.logged();
    REQUIRE(request.attempts.size() == 2);
    CHECK(request.attempts[0].attempt.verdict == Verdict::rate_limited);
    CHECK(request.attempts[1].attempt.verdict == Verdict::interrupted);
    CHECK(request.record.end.attempts == 2);
    CHECK(pool.unfinished() == 0);
    CHECK(pool.requests_of(RequestOutcome::outcome_unknown) == 1);
}

TEST_CASE("killed between two attempts: the request is logged all the same, once")
{
    LoggedPool pool;
    pool.worker = "dead";
    pool.fail_over(pool.lease(), Verdict::rate_limited);
    CHECK(workers_with_requests(*pool) == std::vector<std::string>{"dead"});
    CHECK(settle_abandoned(*pool, {"alive"}, pool.now) == 0);
    CHECK(pool.logged_requests() == 0);
    settle_abandoned(*pool, {"dead"}, pool.now);
    CHECK(pool.logged().record.end.outcome == RequestOutcome::outcome_unknown);
    CHECK(pool.logged().attempts.size() == 1);
    CHECK(workers_with_requests(*pool).empty());
    settle_abandoned(*pool, {"dead"}, pool.now);
    CHECK(pool.requests_of(RequestOutcome::outcome_unknown) == 1);
}

TEST_CASE("killed while it waited for an account: logged without an attempt, and a lease given to it is taken back")
{
    LoggedPool pool;
    pool.settings.account_max_concurrency = 1;
    apply_limits(*pool, pool.settings);
    const ApiKeyId key = ApiKeyStore{*pool}.add({.name = "a", .prefix = "dm-"}, "a digest", pool.now);
    pool.facts.api_key = key;
    const Lease first = pool.reserved("jimeng-4.0");
    pool.reserved("jimeng-4.0");
    const auto waits = [&](RequestFacts facts) {
        const auto outcome = reserve_or_wait(*pool,
                                             {.worker = "dead",
                                              .rule = pool.catalog.resolve("jimeng-4.0", pool.settings),
                                              .lease_for = 5min,
                                              .request = std::move(facts)},
                                             true, pool.now);
        REQUIRE(std::holds_alternative<Ticket>(outcome));
    };
    waits(pool.facts);
    RequestFacts other = pool.facts;
    other.id = new_time_ordered_id(pool.now);
    waits(other);
    CHECK(pool.settle_as(first, Verdict::success));
    dispatch_waiters(*pool, pool.now);
    CHECK(pool.leases() == 2);

    settle_abandoned(*pool, {"dead"}, pool.now);
    CHECK(pool.leases() == 1);
    for (const std::string& id : {pool.facts.id, other.id}) {
        const auto found = pool.log.find(id);
        REQUIRE(found);
        CHECK(found->record.end.outcome == RequestOutcome::outcome_unknown);
        CHECK(found->attempts.empty());
    }
    CHECK(pool.attempts_of(Verdict::interrupted) == 0);
}

TEST_CASE("another worker gives the account: the lease still tells of the request")
{
    LoggedPool pool;
    pool.settings.account_max_concurrency = 1;
    apply_limits(*pool, pool.settings);
    const ApiKeyId key = ApiKeyStore{*pool}.add({.name = "a", .prefix = "dm-"}, "a digest", pool.now);
    pool.facts.api_key = key;
    const Lease first = pool.reserved("jimeng-4.0");
    pool.reserved("jimeng-4.0");
    reserve_or_wait(*pool,
                    {.worker = "dead",
                     .rule = pool.catalog.resolve("jimeng-4.0", pool.settings),
                     .lease_for = 5min,
                     .request = pool.facts},
                    true, pool.now);
    pool.settle_as(first, Verdict::success);
    dispatch_waiters(*pool, pool.now);
    REQUIRE(take_finished(*pool, "dead", pool.now).size() == 1);
    settle_abandoned(*pool, {"dead"}, pool.now);
    CHECK(pool.logged().attempts.size() == 1);
    CHECK(pool.logged().record.facts.api_key == key);
}

TEST_CASE("an account that was deleted meanwhile: the request is logged, with the account's number")
{
    LoggedPool pool;
    const Lease lease = pool.lease();
    AccountStore{*pool}.remove(lease.account);
    CHECK_FALSE(pool.settle_last(lease, Verdict::success));
    CHECK(pool.logged().record.end.outcome == RequestOutcome::success);
    REQUIRE(pool.logged().attempts.size() == 1);
    CHECK(pool.logged().attempts[0].attempt.account == lease.account);
    CHECK_FALSE(pool.logged().attempts[0].email);
    CHECK(pool.attempts_of(Verdict::success) == 1);
    CHECK_FALSE(pool.settle_last(lease, Verdict::success));
    CHECK(pool.attempts_of(Verdict::success) == 1);
}

TEST_CASE("without an id nothing is logged")
{
    LoggedPool pool;
    pool.facts.id.clear();
    pool.settle_last(pool.lease(), Verdict::success);
    GatheredSums sums;
    log_end(*pool, {.facts = pool.facts, .end = pool.end(RequestOutcome::busy, 0)}, sums);
    CHECK(sums.empty());
    CHECK(pool.logged_requests() == 0);
    CHECK(pool.attempts_of(Verdict::success) == 0);
}

TEST_CASE(
    "the write queue writes rows and sums with the settlements, and sums that a turn lost are not added to the next")
{
    Worker worker;
    worker.pool.add("a@x.org");
    const Time now = system_now();
    const auto settle = [&](const Lease& lease) {
        worker.write_queue->settle({.lease = lease.id,
                                    .session_id = lease.session_id,
                                    .request = {.id = new_time_ordered_id(now), .began_at = now},
                                    .end = RequestEnd{.took = 5ms, .attempts = 1}},
                                   worker.answers.settlement());
    };
    std::vector<Lease> leases;
    for (int i = 0; i < 20; ++i) leases.push_back(worker.reserve_now());
    // A piece of work that the database refuses: the turn is taken back and done again one by one.
    (*worker.pool).run("CREATE TRIGGER refuse BEFORE INSERT ON sessions BEGIN SELECT raise(ABORT, 'no'); END");
    for (int i = 0; i < 20; ++i) {
        settle(leases[static_cast<std::size_t>(i)]);
        if (i % 5 == 0) {
            worker.write_queue->run([](Database& database) {
                database.run("INSERT INTO sessions (token_digest, created_at, last_seen_at) VALUES ('a', 0, 0)");
            });
        }
    }
    worker.write_queue->log({.facts = {.id = new_time_ordered_id(now), .began_at = now},
                             .model = "jimeng-4.5",
                             .end = {.outcome = RequestOutcome::busy}});
    worker.work.run_until([&] { return worker.answers.settled == 20; });
    worker.write_queue.reset();
    StatisticsStore statistics{*worker.pool};
    std::int64_t requests = 0;
    for (const RequestTotal& total : statistics.request_totals()) requests += total.requests;
    CHECK(requests == 21);
    CHECK(number(*worker.pool, "SELECT count(*) FROM requests") == 21);
    CHECK(statistics.latency(LatencyPart::whole).requests == 21);
    CHECK(statistics.attempt_totals()[0].attempts == 20);
}
