#include "core/domain/breaker_state.hpp"

#include <random>
#include <set>
#include <vector>

#include <doctest/doctest.h>

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time now = parse_rfc3339("2026-11-22T10:00:00Z").value();

/// Each of a request of its own.
std::string next_request()
{
    static int last = 0;
    return std::to_string(++last);
}
UpstreamFailure failure_of(std::string request, std::string origin, AccountId account)
{
    return {.request = std::move(request), .origin = std::move(origin), .account = account, .at = now};
}
UpstreamFailure failed(AccountId account, milliseconds ago = 0ms)
{
    const std::string request = next_request();
    return {.request = request, .origin = request, .account = account, .unreached = false, .at = now - ago};
}
UpstreamFailure unreached(AccountId account, milliseconds ago = 0ms)
{
    UpstreamFailure failure = failed(account, ago);
    failure.unreached = true;
    return failure;
}
bool outage(const std::vector<UpstreamFailure>& failures) { return is_outage(failures, now); }

BreakerState probing(Time since) { return after_probe_was_sent(opened(now), 7, since); }

}  // namespace

TEST_CASE("what an answer says of the upstream: it works, it fails, or nothing")
{
    for (const Verdict verdict : {Verdict::success, Verdict::session_expired, Verdict::points_used_up,
                                  Verdict::content_refused, Verdict::generation_failed})
        CHECK_MESSAGE(sign_of(verdict) == UpstreamSign::works, to_string(verdict));
    for (const Verdict verdict :
         {Verdict::server_error, Verdict::gateway_error, Verdict::provider_unreachable, Verdict::provider_ill})
        CHECK_MESSAGE(sign_of(verdict) == UpstreamSign::fails, to_string(verdict));
    for (const Verdict verdict :
         {Verdict::bad_parameters, Verdict::rate_limited, Verdict::gateway_gave_up, Verdict::request_failed,
          Verdict::interrupted, Verdict::may_have_run, Verdict::client_image, Verdict::model_not_in_region,
          Verdict::account_proxy, Verdict::not_an_upstream})
        CHECK_MESSAGE(sign_of(verdict) == UpstreamSign::none, to_string(verdict));
}

TEST_CASE("an outage takes three different accounts")
{
    CHECK_FALSE(outage({}));
    CHECK_FALSE(outage({failed(1), failed(2)}));
    CHECK_FALSE(outage({failed(1), failed(2), failed(1), failed(2), failed(1)}));
    CHECK(outage({failed(1), failed(2), failed(1), failed(3)}));
}

TEST_CASE("where no connection comes about the account does not matter")
{
    CHECK_FALSE(outage({unreached(1), unreached(1)}));
    CHECK(outage({unreached(1), unreached(1), unreached(1)}));
    CHECK(outage({failed(1), unreached(1), failed(2)}));
}

TEST_CASE("what is older than the window does not count")
{
    CHECK(outage({failed(1, 60s), failed(2, 30s), failed(3)}));
    CHECK_FALSE(outage({failed(1, 60s + 1ms), failed(2, 30s), failed(3)}));
    CHECK_FALSE(outage({unreached(1, 2min), unreached(1), unreached(1)}));
}

TEST_CASE("closed, everybody passes")
{
    const BreakerState closed;
    CHECK_FALSE(closed.is_open());
    CHECK(phase_of(closed) == "closed");
    CHECK(admit(closed, now) == BreakerDecision::pass);
}

TEST_CASE("open, no request passes until the first probe is due")
{
    const BreakerState state = opened(now);
    CHECK(phase_of(state) == "open");
    CHECK(admit(state, now) == BreakerDecision::refused);
    CHECK(admit(state, now + 1s - 1ms) == BreakerDecision::refused);
    CHECK(admit(state, now + 1s) == BreakerDecision::probe);
    CHECK(admit(state, now + 24h) == BreakerDecision::probe);
}

TEST_CASE("half open, no other request passes")
{
    const BreakerState state = probing(now + 1s);
    CHECK(phase_of(state) == "half_open");
    CHECK(admit(state, now + 1s) == BreakerDecision::refused);
    CHECK(admit(state, now + 11s - 1ms) == BreakerDecision::refused);
    SUBCASE("a probe that has not failed for long means that the upstream works on it")
    {
        CHECK(admit(state, now + 11s) == BreakerDecision::closes);
    }
}

TEST_CASE("each probe that fails makes the pause longer, up to ten seconds")
{
    BreakerState state = opened(now);
    for (const auto pause : {2s, 4s, 8s, 10s, 10s, 10s}) {
        state = after_probe_failed(after_probe_was_sent(state, 7, now), now);
        CHECK(phase_of(state) == "open");
        CHECK(admit(state, now + pause - 1ms) == BreakerDecision::refused);
        CHECK(admit(state, now + pause) == BreakerDecision::probe);
    }
    CHECK(state.failed_probes == 6);
    for (int i = 0; i < 100; ++i) state = after_probe_failed(state, now);
    CHECK(admit(state, now + 10s) == BreakerDecision::probe);
}

TEST_CASE("a probe that tells nothing leaves the next one to try at once, and is no failure")
{
    const BreakerState state = after_probe_told_nothing(probing(now + 1s), now + 2s);
    CHECK(phase_of(state) == "open");
    CHECK(state.failed_probes == 0);
    CHECK(admit(state, now + 2s) == BreakerDecision::probe);
}

TEST_CASE("a clock set back before the outage began does not keep it shut")
{
    CHECK(admit(opened(now), now - 1h) == BreakerDecision::probe);
}

TEST_CASE("when it is worth asking again")
{
    CHECK(next_chance(opened(now), now) == now + 1s);
    CHECK(next_chance(opened(now), now + 1min) == now + 1min);  // never in the past
    CHECK(next_chance(probing(now + 1s), now + 2s) == now + 11s);
    CHECK(next_chance(after_probe_failed(probing(now), now), now) == now + 2s);
}

TEST_CASE("one request alone is no outage, but no account is banned for it")
{
    std::vector<UpstreamFailure> failures{failed(1), failed(2), failed(3)};
    for (UpstreamFailure& failure : failures) failure.request = failure.origin = "one";
    CHECK_FALSE(outage(failures));
    CHECK(is_the_requests_own(failures, "one"));
    CHECK_FALSE(is_the_requests_own(failures, "another"));
    failures.push_back(failed(1));
    CHECK(outage(failures));
    failures.erase(failures.begin());
    CHECK_FALSE(is_the_requests_own(failures, "one"));
}

TEST_CASE("one client that sends one body again and again makes no outage")
{
    std::vector<UpstreamFailure> failures;
    for (AccountId account = 1; account <= 50; ++account)
        failures.push_back(failure_of(next_request(), "one", account));
    CHECK_FALSE(outage(failures));
    CHECK(is_the_requests_own(failures, "one"));
    failures.push_back(failure_of(next_request(), "another", 7));
    CHECK(outage(failures));
}

TEST_CASE("where no connection is made the body was not read: repeated requests count, a single one does not")
{
    std::vector<UpstreamFailure> failures{unreached(1), unreached(1), unreached(1)};
    for (UpstreamFailure& failure : failures) failure.origin = "one";
    CHECK(outage(failures));
    for (UpstreamFailure& failure : failures) failure.request = "one";
    CHECK_FALSE(outage(failures));
}

TEST_CASE("whatever happens: an outage has two origins and three accounts, or attempts that met no connection")
{
    std::mt19937 chance{7};
    const auto one_of = [&](int count) { return static_cast<int>(chance() % static_cast<unsigned>(count)); };
    int outages = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::vector<UpstreamFailure> failures;
        std::set<std::string> origins;
        std::set<std::string> requests_unreached;
        std::set<AccountId> accounts;
        std::size_t not_reached = 0;
        for (int i = one_of(8); i > 0; --i) {
            UpstreamFailure failure =
                failure_of(std::to_string(one_of(4)), std::to_string(one_of(3)), AccountId{one_of(5)});
            failure.unreached = one_of(4) == 0;
            failure.at = now - std::chrono::seconds{one_of(80)};
            failures.push_back(failure);
            if (now - failure.at > outage_window) continue;
            origins.insert(failure.origin);
            if (failure.unreached) {
                ++not_reached;
                requests_unreached.insert(failure.request);
            } else {
                accounts.insert(failure.account);
            }
        }
        const bool by_answers = origins.size() >= 2 && accounts.size() + not_reached >= failures_of_an_outage;
        const bool by_connections = not_reached >= failures_of_an_outage && requests_unreached.size() >= 2;
        CHECK(outage(failures) == (by_answers || by_connections));
        outages += outage(failures);
        // What one client can do with one body, over any accounts and at any time.
        for (UpstreamFailure& failure : failures) {
            failure.origin = "one";
            failure.unreached = false;
        }
        CHECK_FALSE(outage(failures));
    }
    CHECK(outages > 100);
}
