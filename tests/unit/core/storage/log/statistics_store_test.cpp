#include "core/storage/log/statistics_store.hpp"

#include "core/storage/stores/job_store.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time hour = at("2026-11-22T10:00:00Z");

RequestRecord record(Time began, const std::string& model = "jimeng-4.0",
                     RequestOutcome outcome = RequestOutcome::success)
{
    return {
        .facts = {.id = "1", .began_at = began, .bytes_in = 10},
        .model = model,
        .end =
            {.outcome = outcome, .status = 200, .bytes_out = 100, .took = 60ms, .upstream_took = 58ms, .attempts = 1},
        .last_attempt = AttemptRecord{.account = 1, .region = Region::us, .began_at = began, .took = 58ms}};
}

struct Sums : TemporaryDatabase {
    StatisticsStore store{**this};

    void add(const RequestRecord& one)
    {
        GatheredSums sums;
        sums.add(one);
        if (one.last_attempt) sums.add(*one.last_attempt);
        store.add(sums);
    }
    std::vector<RequestSumRow> of_requests(RequestSumsQuery wanted = {})
    {
        wanted.to = hour + 24h * 1000;
        return store.request_sums(wanted);
    }
    std::vector<AttemptSumRow> of_attempts(AttemptSumsQuery wanted = {})
    {
        wanted.to = hour + 24h * 1000;
        return store.attempt_sums(wanted);
    }
};

}  // namespace

TEST_CASE("what one transaction gathers is written once for each sum, and added to what is there")
{
    Sums sums;
    GatheredSums gathered;
    CHECK(gathered.empty());
    gathered.add(record(hour));
    gathered.add(record(hour + 59min));
    gathered.add(record(hour, "jimeng-4.0", RequestOutcome::busy));
    CHECK(gathered.requests().size() == 2);
    sums.store.add(gathered);
    sums.store.add(gathered);
    const auto rows = sums.of_requests({.by_outcome = true});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].outcome == "busy");
    CHECK(rows[0].sum.requests == 2);
    CHECK(rows[1].since == hour);
    CHECK(rows[1].sum.requests == 4);
    CHECK(rows[1].sum.attempts == 4);
    CHECK(rows[1].sum.bytes_in == 40);
    CHECK(rows[1].sum.bytes_out == 400);
    CHECK(rows[1].sum.duration_ms == 240);
    CHECK(rows[1].sum.upstream_ms == 232);
    gathered.clear();
    CHECK(gathered.empty());
}

TEST_CASE("sums are told apart by what is asked for, and filtered")
{
    Sums sums;
    sums.add(record(hour));
    sums.add(record(hour + 1h, "video-3.0"));
    RequestRecord keyed = record(hour + 1h, "video-3.0", RequestOutcome::no_account);
    keyed.facts.api_key = 7;
    keyed.last_attempt.reset();
    sums.add(keyed);

    CHECK(sums.of_requests().size() == 2);
    CHECK(sums.of_requests({.by_model = true, .by_outcome = true, .by_api_key = true, .by_region = true}).size() == 3);
    CHECK(sums.of_requests({.model = "video-3.0"})[0].sum.requests == 2);
    CHECK(sums.of_requests({.api_key = 0}).size() == 2);
    const auto rows = sums.of_requests({.api_key = 7, .by_api_key = true, .by_region = true});
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].api_key == 7);
    CHECK(rows[0].region.empty());
    CHECK(sums.of_requests({.outcome = RequestOutcome::no_account}).size() == 1);
    CHECK(sums.of_requests({.region = Region::us}).size() == 2);
    CHECK(sums.store.request_sums({.from = hour, .to = hour + 1h}).size() == 1);  // the end is not part of it
    CHECK(sums.store.request_sums({.from = hour + 1ms, .to = hour + 1h}).empty());

    const auto attempts = sums.of_attempts({.by_account = true, .by_verdict = true});
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0].account == 1);
    CHECK(attempts[0].verdict == "success");
    CHECK(attempts[0].sum.upstream_ms == 58);
    CHECK(sums.of_attempts({.account = 2}).empty());
    CHECK(sums.of_attempts({.verdict = Verdict::interrupted}).empty());
}

TEST_CASE("models that clients invent share one sum")
{
    Sums sums;
    for (int i = 0; i < 100; ++i) sums.add(record(hour, "invented-" + std::to_string(i)));
    sums.add(record(hour, "unknown"));  // could not be read
    const auto rows = sums.of_requests({.by_model = true});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].model == "other");
    CHECK(rows[0].sum.requests == 100);
    CHECK(rows[1].model == "unknown");
}

TEST_CASE("totals over all time")
{
    Sums sums;
    sums.add(record(hour));
    sums.add(record(hour + 24h * 400));
    sums.add(record(hour, "video-3.0", RequestOutcome::busy));
    const auto totals = sums.store.request_totals();
    REQUIRE(totals.size() == 2);
    CHECK(totals[0].model == "jimeng-4.0");
    CHECK(totals[0].outcome == "success");
    CHECK(totals[0].requests == 2);
    CHECK(totals[0].bytes_out == 200);
    const auto verdicts = sums.store.attempt_totals();
    REQUIRE(verdicts.size() == 1);
    CHECK(verdicts[0].verdict == "success");
    CHECK(verdicts[0].attempts == 3);
}

TEST_CASE("latencies: buckets that each hold those below, the whole and our own part")
{
    Sums sums;
    RequestRecord one = record(hour);
    one.end.took = 60ms;
    one.end.upstream_took = 58ms;
    sums.add(one);
    one.end.took = 3'000'000ms;
    one.end.upstream_took = 3'000'000ms;
    sums.add(one);
    const auto whole = sums.store.latency(LatencyPart::whole);
    REQUIRE(whole.buckets.size() == whole_bounds.size() + 1);
    for (const LatencyBucket& bucket : whole.buckets) {
        const std::int64_t expected = bucket.up_to_ms < 60 ? 0 : bucket.up_to_ms == no_bound ? 2 : 1;
        CHECK(bucket.requests == expected);
    }
    CHECK(whole.requests == 2);
    CHECK(whole.sum_ms == 3'000'060);
    const auto own = sums.store.latency(LatencyPart::own);
    CHECK(own.buckets[0].requests == 1);  // of up to 1 ms
    CHECK(own.buckets[1].requests == 2);
    CHECK(own.requests == 2);
    CHECK(own.sum_ms == 2);
}

TEST_CASE("jobs are counted when they end, and stay counted when their rows go")
{
    Sums sums;
    JobStore jobs{*sums};
    const Job job = jobs.queue_registration(1, asked_by_admin, hour);
    CHECK(sums.store.job_totals().empty());
    jobs.cancel(job.id, hour);
    sums->run("UPDATE jobs SET updated_at = updated_at + 1");
    sums->run("DELETE FROM jobs");
    const auto totals = sums.store.job_totals();
    REQUIRE(totals.size() == 1);
    CHECK(totals[0].kind == "register");
    CHECK(totals[0].outcome == "cancelled");
    CHECK(totals[0].jobs == 1);
}

TEST_CASE("hours of long ago become part of their local days, and nothing is lost or counted twice")
{
    Sums sums;
    const Time now = at("2026-11-22T12:00:00Z");
    for (int hours = 0; hours < 24 * 60; hours += 5) sums.add(record(now - std::chrono::hours{hours}));
    const auto all = [&] {
        std::int64_t requests = 0;
        for (const RequestSumRow& row : sums.of_requests()) requests += row.sum.requests;
        std::int64_t attempts = 0;
        for (const AttemptSumRow& row : sums.of_attempts()) attempts += row.sum.attempts;
        CHECK(requests == attempts);
        return requests;
    };
    const std::int64_t before = all();
    std::stop_source stopped;
    stopped.request_stop();
    CHECK(sums.store.roll_up(now, stopped.get_token()) == 0);
    CHECK(sums.store.roll_up(now, {}) > 0);
    CHECK(sums.store.roll_up(now, {}) == 0);
    CHECK(all() == before);
    CHECK(number(*sums, "SELECT min(since) FROM request_hours") >= to_millis(now - request_hours_kept - 24h));
    CHECK(number(*sums, "SELECT min(since) FROM attempt_hours") >= to_millis(now - attempt_hours_kept - 24h));
    CHECK(number(*sums, "SELECT count(*) FROM request_days") >= 44);
    CHECK(number(*sums, "SELECT count(*) FROM request_days") <= 47);
}

TEST_CASE("an hour with very many accounts is moved in pieces")
{
    Sums sums;
    const Time long_ago = hour - 24h * 30;
    GatheredSums gathered;
    for (int account = 1; account <= 1300; ++account)
        gathered.add(AttemptRecord{.account = account, .began_at = long_ago});
    sums.store.add(gathered);
    CHECK(sums.store.roll_up(hour, {}) == 1);
    CHECK(number(*sums, "SELECT count(*) FROM attempt_hours") == 0);
    CHECK(number(*sums, "SELECT sum(attempts) FROM attempt_days") == 1300);
}
