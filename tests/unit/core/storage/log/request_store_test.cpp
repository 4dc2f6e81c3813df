#include "core/storage/log/request_store.hpp"

#include "core/base/time_ordered_id.hpp"
#include "core/storage/log/request_list.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/log/unfinished_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Log : TemporaryDatabase {
    AccountId account = AccountStore{**this}.add(able_account("a@x.org", Region::hk), start);
    RequestStore store{**this};

    bool add(const RequestRecord& record) { return !store.add({&record, 1}).empty(); }
    bool add_attempt(const std::string& request, const AttemptRecord& attempt)
    {
        const RequestStore::EarlierAttempt earlier{.request = request, .attempt = attempt};
        return !store.add_attempts({&earlier, 1}).empty();
    }
    RequestRecord record(Time began, RequestOutcome outcome = RequestOutcome::success)
    {
        return {.facts = {.id = new_time_ordered_id(began),
                          .began_at = began,
                          .method = "POST",
                          .path = "/v1/images/generations",
                          .model_asked = "jimeng-video-3.0",
                          .api_key = 7,
                          .bytes_in = 100},
                .model = "video-3.0",
                .end = {.outcome = outcome,
                        .status = 200,
                        .bytes_out = 2000,
                        .took = 5000ms,
                        .upstream_took = 4990ms,
                        .attempts = 1},
                .last_attempt = AttemptRecord{.number = 1,
                                              .account = account,
                                              .region = Region::hk,
                                              .upstream_status = 200,
                                              .began_at = began + 4ms,
                                              .took = 4990ms}};
    }
    /// The numbers of the requests of a page, which began at as many seconds behind the start.
    std::vector<std::int64_t> seconds(const RequestPage& page)
    {
        std::vector<std::int64_t> all;
        for (const LoggedRequest& item : page.items) all.push_back((item.record.facts.began_at - start) / 1000ms);
        return all;
    }
    RequestPage page(const RequestFilter& filter = {}, const std::string& cursor = "", std::int64_t size = 100)
    {
        return list_requests(**this, filter, cursor, size);
    }
};

using Seconds = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a request is found as it was logged, and is logged once")
{
    Log log;
    RequestRecord record = log.record(start);
    CHECK(log.add(record));
    const auto found = log.store.find(record.facts.id);
    REQUIRE(found);
    CHECK(found->record.facts.path == "/v1/images/generations");
    CHECK(found->record.facts.model_asked == "jimeng-video-3.0");
    CHECK(found->record.facts.api_key == 7);
    CHECK(found->record.model == "video-3.0");
    CHECK(found->record.end.status == 200);
    CHECK(found->record.end.upstream_took == 4990ms);
    CHECK(found->ended_at == start + 5s);
    CHECK(found->email == "a@x.org");
    REQUIRE(found->attempts.size() == 1);
    CHECK(found->attempts[0].attempt.account == log.account);
    CHECK(found->attempts[0].attempt.region == Region::hk);
    CHECK(found->attempts[0].attempt.began_at == start + 4ms);

    record.end.outcome = RequestOutcome::interrupted;
    CHECK_FALSE(log.add(record));
    CHECK(log.store.find(record.facts.id)->record.end.outcome == RequestOutcome::success);
    CHECK_FALSE(log.store.find("0"));
}

TEST_CASE("attempts after which another account was tried stand before the last one")
{
    Log log;
    RequestRecord record = log.record(start);
    record.end.attempts = 2;
    record.last_attempt->number = 2;
    const AttemptRecord first{.number = 1,
                              .account = 4711,
                              .region = Region::us,
                              .verdict = Verdict::session_expired,
                              .upstream_status = 200,
                              .reason = "-2002",
                              .began_at = start,
                              .took = 12ms};
    CHECK(log.add_attempt(record.facts.id, first));
    CHECK_FALSE(log.add_attempt(record.facts.id, first));
    log.add(record);
    const auto attempts = log.store.find(record.facts.id)->attempts;
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0].attempt.verdict == Verdict::session_expired);
    CHECK(attempts[0].attempt.reason == "-2002");
    CHECK_FALSE(attempts[0].email);  // an account that is gone
    CHECK(attempts[1].attempt.number == 2);

    // Found by the account of any attempt.
    CHECK(log.page({.account = 4711}).items.size() == 1);
    CHECK(log.page({.account = log.account}).items.size() == 1);
    CHECK(log.page({.account = 4712}).items.empty());
}

TEST_CASE("requests that were refused within a moment share one standing")
{
    Log log;
    auto note = std::make_shared<StoredEligibility>(new_time_ordered_id(start));
    note->eligibility = {
        .total = 5,
        .banned = 2,
        .at_limit = 3,
        .accounts = {
            {log.account, IneligibleReason::banned}, {2, IneligibleReason::at_limit}, {9, IneligibleReason::banned}}};
    std::string id;
    for (int i = 0; i < 2; ++i) {
        RequestRecord record = log.record(start, RequestOutcome::no_account);
        record.last_attempt.reset();
        record.end.attempts = 0;
        record.end.eligibility = note;
        CHECK(log.add(record));
        id = record.facts.id;
    }
    CHECK(number(*log, "SELECT count(*) FROM eligibilities") == 1);
    const auto found = log.store.find(id);
    CHECK(found->attempts.empty());
    const auto eligibility = log.store.eligibility(found->eligibility_id.value());
    REQUIRE(eligibility);
    CHECK(eligibility->eligibility.total == 5);
    CHECK(eligibility->eligibility.banned == 2);
    CHECK(eligibility->eligibility.at_limit == 3);
    REQUIRE(eligibility->accounts.size() == 3);
    std::map<AccountId, IneligibleReason> reasons;
    for (const auto& account : eligibility->accounts) reasons[account.eligibility.account] = account.eligibility.reason;
    CHECK(reasons == std::map<AccountId, IneligibleReason>{{log.account, IneligibleReason::banned},
                                                           {9, IneligibleReason::banned},
                                                           {2, IneligibleReason::at_limit}});
}

TEST_CASE("pages: the latest first, and what comes meanwhile moves nothing")
{
    Log log;
    for (int i = 0; i < 5; ++i) log.add(log.record(start + std::chrono::seconds{i}));
    const RequestPage first = log.page({}, "", 2);
    CHECK(log.seconds(first) == Seconds{4, 3});
    log.add(log.record(start + 9s));
    const RequestPage second = log.page({}, first.next, 2);
    CHECK(log.seconds(second) == Seconds{2, 1});
    const RequestPage third = log.page({}, second.next, 2);
    CHECK(log.seconds(third) == Seconds{0});
    CHECK(third.next.empty());
    CHECK(log.page({}, "", 6).next.empty());
    CHECK_FALSE(log.page({}, "", 5).next.empty());
}

TEST_CASE("each filter lets through what it names")
{
    Log log;
    log.add(log.record(start));
    RequestRecord other = log.record(start + 1s, RequestOutcome::no_account);
    other.model = "jimeng-4.0";
    other.facts.model_asked.reset();
    other.facts.api_key.reset();
    other.end.status = 503;
    other.end.attempts = 0;
    other.last_attempt.reset();
    log.add(other);

    const Seconds both{1, 0};
    CHECK(log.seconds(log.page()) == both);
    CHECK(log.seconds(log.page({.from = start + 1s})) == Seconds{1});
    CHECK(log.seconds(log.page({.to = start + 1s})) == Seconds{0});
    CHECK(log.seconds(log.page({.from = start, .to = start + 1s + 1ms})) == both);
    CHECK(log.seconds(log.page({.id = other.facts.id})) == Seconds{1});
    CHECK(log.page({.to = start + 1s, .id = other.facts.id}).items.empty());
    CHECK(log.seconds(log.page({.model = "jimeng-4.0"})) == Seconds{1});
    CHECK(log.seconds(log.page({.model = "video-3.0"})) == Seconds{0});
    CHECK(log.seconds(log.page({.model = "jimeng-video-3.0"})) == Seconds{0});
    CHECK(log.seconds(log.page({.outcome = RequestOutcome::no_account})) == Seconds{1});
    CHECK(log.seconds(log.page({.status = 200})) == Seconds{0});
    CHECK(log.seconds(log.page({.account = log.account})) == Seconds{0});
    CHECK(log.seconds(log.page({.api_key = 7})) == Seconds{0});
    CHECK(log.seconds(log.page({.api_key = 0})) == Seconds{1});
    CHECK(log.seconds(log.page({.region = Region::hk})) == Seconds{0});
    CHECK(log.page({.region = Region::us}).items.empty());
}

TEST_CASE("a filter that few pass: the page ends after so many rows, and the next one goes on from there")
{
    Log log;
    log->run("BEGIN");
    log.add(log.record(start - 1h, RequestOutcome::busy));
    log->run(
        "INSERT INTO requests (id, began_at, ended_at, method, path, model, outcome, client_gone, bytes_in, bytes_out, "
        "duration_ms, upstream_ms, attempts) WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i "
        "< 100000) SELECT printf('%012x%012x', ?1 + i, i), ?1 + i, ?1 + i, 'POST', '/', 'm', 'success', 0, 0, 0, 0, 0, "
        "0 FROM n",
        start);
    log->run("COMMIT");
    const RequestPage first = log.page({.outcome = RequestOutcome::busy});
    CHECK(first.items.empty());
    REQUIRE_FALSE(first.next.empty());
    const RequestPage second = log.page({.outcome = RequestOutcome::busy}, first.next);
    CHECK(second.items.size() == 1);
    CHECK(second.next.empty());
}

TEST_CASE("what began long ago goes in pieces, with its attempts and eligibilities")
{
    Log log;
    log->run("BEGIN");
    for (int i = 0; i < 1200; ++i) {
        RequestRecord record = log.record(start - 1s - milliseconds{i});
        auto note = std::make_shared<StoredEligibility>(new_time_ordered_id(start - 2min));
        record.end.eligibility = note;
        log.add(record);
        log.add_attempt(record.facts.id, {.account = log.account});
    }
    const RequestRecord kept = log.record(start);
    log.add(kept);
    log.add_attempt(kept.facts.id, {.account = log.account});
    log->run("COMMIT");

    std::stop_source stopped;
    stopped.request_stop();
    CHECK(log.store.remove_began_before(start, stopped.get_token()) == 0);
    CHECK(log.store.remove_began_before(start, {}) == 1200);
    CHECK(number(*log, "SELECT count(*) FROM requests") == 1);
    CHECK(number(*log, "SELECT count(*) FROM request_attempts") == 1);
    CHECK(number(*log, "SELECT count(*) FROM eligibilities") == 0);
    CHECK(log.store.find(kept.facts.id));
}

TEST_CASE("requests between two attempts are kept by worker, each as it was last")
{
    Log log;
    UnfinishedStore unfinished{*log};
    UnfinishedRequest request{.facts = log.record(start).facts, .worker = "w", .model = "video-3.0", .attempts = 1};
    unfinished.put({&request, 1});
    request.attempts = 2;
    request.facts.upstream_took = 30ms;
    unfinished.put({&request, 1});
    CHECK(unfinished.workers() == std::vector<std::string>{"w"});
    CHECK(unfinished.of_worker("v").empty());
    const auto found = unfinished.of_worker("w");
    REQUIRE(found.size() == 1);
    CHECK(found[0].attempts == 2);
    CHECK(found[0].facts.upstream_took == 30ms);
    CHECK(found[0].facts.model_asked == "jimeng-video-3.0");
    unfinished.remove(request.facts.id);
    CHECK(unfinished.workers().empty());
}
