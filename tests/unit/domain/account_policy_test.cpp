#include "domain/account_policy.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

/// What of an account a verdict touches, besides bans and errors.
enum Touches : unsigned { nothing = 0, expires = 1, empties = 2, clears = 4, lengthens = 8, asks = 16 };

struct PolicyRow {
    Verdict verdict;
    bool use;
    bool error;
    bool ban;
    Retry retry;
    unsigned touches = nothing;
};

constexpr PolicyRow rows[] = {
    {Verdict::success, true, false, false, Retry::never, clears | asks},
    {Verdict::session_expired, false, false, false, Retry::with_others, expires},
    {Verdict::points_used_up, false, false, false, Retry::with_others, empties},
    {Verdict::content_refused, false, false, false, Retry::never},
    {Verdict::bad_parameters, false, false, false, Retry::never},
    {Verdict::rate_limited, false, true, true, Retry::with_others},
    {Verdict::server_error, false, true, true, Retry::with_others},
    {Verdict::gateway_gave_up, true, true, true, Retry::never},
    {Verdict::generation_failed, false, true, false, Retry::once, lengthens},
    {Verdict::request_failed, false, true, false, Retry::with_others},
    {Verdict::gateway_error, false, true, false, Retry::with_others},
    {Verdict::provider_unreachable, false, false, false, Retry::once},
    {Verdict::interrupted, true, true, false, Retry::never},
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
        CHECK(consequence.bans == row.ban);
        CHECK(consequence.retry == row.retry);
        CHECK(consequence.expires_session == ((row.touches & expires) != 0));
        CHECK(consequence.empties_points == ((row.touches & empties) != 0));
        CHECK(consequence.clears_error_streak == ((row.touches & clears) != 0));
        CHECK(consequence.lengthens_error_streak == ((row.touches & lengthens) != 0));
        CHECK(consequence.asks_for_points == ((row.touches & asks) != 0));
    }
}

TEST_CASE("the table knows every verdict, and no other")
{
    CHECK(std::size(rows) == static_cast<std::size_t>(Verdict::interrupted) + 1);
    for (int i = 0; i <= static_cast<int>(Verdict::interrupted); ++i)
        CHECK_NOTHROW(consequence_of(static_cast<Verdict>(i)));
    CHECK_THROWS_AS(consequence_of(static_cast<Verdict>(99)), std::logic_error);
}

TEST_CASE("three failed generations in a row are the most") { CHECK(longest_error_streak == 3); }

TEST_CASE("whatever takes an account out of the pool is explained, and nothing else")
{
    for (int i = 0; i <= static_cast<int>(Verdict::interrupted); ++i) {
        const auto verdict = static_cast<Verdict>(i);
        const Consequence& consequence = consequence_of(verdict);
        const bool takes_out = consequence.bans || consequence.expires_session || consequence.lengthens_error_streak;
        CAPTURE(to_string(verdict));
        CHECK(reason_for(verdict).empty() == !takes_out);
    }
    CHECK(reason_for(Verdict::gateway_gave_up).find("524") != std::string_view::npos);
}
