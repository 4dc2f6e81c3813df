#include "core/domain/account/account_policy.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

/// What of an account a verdict touches, besides bans and errors.
enum Touches : unsigned { nothing = 0, expires = 1, doubts = 2, clears = 4, lengthens = 8, asks = 16, remembers = 32 };

struct PolicyRow {
    Verdict verdict;
    bool use;
    bool error;
    Ban ban;
    Retry retry;
    unsigned touches = nothing;
};

constexpr PolicyRow rows[] = {
    {Verdict::success, true, false, Ban::none, Retry::never, clears | asks},
    {Verdict::session_expired, false, false, Ban::none, Retry::with_others, expires},
    {Verdict::points_used_up, false, false, Ban::none, Retry::with_others, doubts},
    {Verdict::content_refused, false, false, Ban::none, Retry::never},
    {Verdict::bad_parameters, false, false, Ban::none, Retry::never},
    {Verdict::rate_limited, false, true, Ban::retry_after, Retry::with_others},
    {Verdict::server_error, false, true, Ban::retry_after, Retry::with_others},
    {Verdict::gateway_gave_up, true, true, Ban::full, Retry::never},
    {Verdict::generation_failed, false, true, Ban::none, Retry::once, lengthens},
    {Verdict::request_failed, false, true, Ban::none, Retry::with_others},
    {Verdict::gateway_error, false, true, Ban::none, Retry::with_others},
    {Verdict::provider_unreachable, false, false, Ban::none, Retry::once},
    {Verdict::interrupted, true, true, Ban::none, Retry::never},
    {Verdict::may_have_run, true, true, Ban::none, Retry::never},
    {Verdict::client_image, false, false, Ban::none, Retry::never},
    {Verdict::model_not_in_region, false, false, Ban::none, Retry::once_elsewhere, remembers},
    {Verdict::account_proxy, false, false, Ban::rest, Retry::with_others},
    {Verdict::provider_ill, false, false, Ban::none, Retry::once},
    {Verdict::not_an_upstream, false, false, Ban::none, Retry::never},
};

}  // namespace

TEST_CASE("what becomes of an account, verdict by verdict")
{
    for (const PolicyRow& row : rows) {
        CAPTURE(to_string(row.verdict));
        const Consequence& consequence = consequence_of(row.verdict);
        CHECK(consequence.verdict == row.verdict);
        CHECK(consequence.counts_as_use == row.use);
        CHECK(consequence.counts_as_error == row.error);
        CHECK(consequence.ban == row.ban);
        CHECK(consequence.retry == row.retry);
        CHECK(consequence.expires_session == ((row.touches & expires) != 0));
        CHECK(consequence.doubts_points == ((row.touches & doubts) != 0));
        CHECK(consequence.clears_error_streak == ((row.touches & clears) != 0));
        CHECK(consequence.lengthens_error_streak == ((row.touches & lengthens) != 0));
        CHECK(consequence.asks_for_points == ((row.touches & asks) != 0));
        CHECK(consequence.remembers_region == ((row.touches & remembers) != 0));
    }
}

TEST_CASE("what may have been paid for is never sent again, however soon it failed")
{
    for (const Verdict verdict : {Verdict::may_have_run, Verdict::interrupted, Verdict::gateway_gave_up}) {
        CAPTURE(to_string(verdict));
        CHECK(may_be_paid(verdict));
        CHECK(retry_of(verdict, milliseconds{0}) == Retry::never);
        CHECK(retry_of(verdict, 1h) == Retry::never);
    }
}

TEST_CASE("a generation that failed late may have been made: it is not tried again")
{
    CHECK(retry_of(Verdict::generation_failed, 29'999ms) == Retry::once);
    CHECK(retry_of(Verdict::generation_failed, 30s) == Retry::never);
    // Its provider may have gone silent while it made the picture.
    for (const Verdict verdict : {Verdict::provider_unreachable, Verdict::provider_ill}) {
        CHECK(retry_of(verdict, 29'999ms) == Retry::once);
        CHECK(retry_of(verdict, 30s) == Retry::never);
    }
    // The provider may have taken the order, and refused to say what became of it.
    for (const Verdict verdict : {Verdict::session_expired, Verdict::points_used_up, Verdict::request_failed}) {
        CHECK(retry_of(verdict, 29'999ms) == Retry::with_others);
        CHECK(retry_of(verdict, 30s) == Retry::never);
    }
    CHECK(retry_of(Verdict::account_proxy, 1h) == Retry::with_others);
}

TEST_CASE("a ban lasts as long as the answer says, and never longer than it would by itself")
{
    CHECK(ban_length(Ban::retry_after, 4h, std::nullopt, 0) == 4h);
    CHECK(ban_length(Ban::retry_after, 4h, 30s, 0) == 30s);
    CHECK(ban_length(Ban::retry_after, 4h, 5h, 0) == 4h);
    CHECK(ban_length(Ban::retry_after, 4h, 0s, 0) == 1s);
    CHECK(ban_length(Ban::retry_after, 4h, -1h, 0) == 1s);
    CHECK(ban_length(Ban::full, 4h, 30s, 0) == 4h);
}

TEST_CASE("an account whose proxy fails rests twice as long each time")
{
    CHECK(ban_length(Ban::rest, 4h, std::nullopt, 1) == 10min);
    CHECK(ban_length(Ban::rest, 4h, std::nullopt, 2) == 20min);
    CHECK(ban_length(Ban::rest, 4h, std::nullopt, 5) == 160min);
    CHECK(ban_length(Ban::rest, 4h, std::nullopt, 6) == 4h);
    CHECK(ban_length(Ban::rest, 4h, std::nullopt, 1'000'000'000) == 4h);
    CHECK(ban_length(Ban::rest, 5min, 30s, 1) == 5min);
}

TEST_CASE("the table knows every verdict, and no other")
{
    CHECK(std::size(rows) == std::size(all_verdicts));
    for (const Verdict verdict : all_verdicts) CHECK_NOTHROW(consequence_of(verdict));
    CHECK_THROWS_AS(consequence_of(static_cast<Verdict>(99)), std::logic_error);
}

TEST_CASE("three failed generations in a row are the most") { CHECK(max_error_streak == 3); }

TEST_CASE("whatever takes an account out of the pool is explained, and nothing else")
{
    for (const Verdict verdict : all_verdicts) {
        const Consequence& consequence = consequence_of(verdict);
        const bool takes_out =
            consequence.ban != Ban::none || consequence.expires_session || consequence.lengthens_error_streak;
        CAPTURE(to_string(verdict));
        CHECK(reason_for(verdict).empty() == !takes_out);
    }
    CHECK(english(reason_for(Verdict::gateway_gave_up)).find("524") != std::string::npos);
    CHECK(english(reason_for(Verdict::account_proxy)).find("Proxy") != std::string::npos);
}
