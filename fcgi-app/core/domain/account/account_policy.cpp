#include "core/domain/account/account_policy.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace dreamina {
namespace {

/// A proxy that is restarted is back within minutes.
constexpr std::chrono::minutes first_rest{10};

/// A Retry-After of nothing at all would let the same request go to the same account.
constexpr std::chrono::seconds min_ban{1};

constexpr std::array consequences{
    Consequence{
        .verdict = Verdict::success, .counts_as_use = true, .clears_error_streak = true, .asks_for_points = true},
    // The upstream says the same of an order that was refused and of one whose record it may not read any more: only
    // the time tells them apart.
    Consequence{.verdict = Verdict::session_expired,
                .expires_session = true,
                .retry = Retry::with_others,
                .retries_late = false},
    Consequence{
        .verdict = Verdict::points_used_up, .doubts_points = true, .retry = Retry::with_others, .retries_late = false},
    Consequence{.verdict = Verdict::content_refused},
    Consequence{.verdict = Verdict::bad_parameters},
    Consequence{.verdict = Verdict::rate_limited,
                .counts_as_error = true,
                .ban = Ban::retry_after,
                .retry = Retry::with_others},
    Consequence{.verdict = Verdict::server_error,
                .counts_as_error = true,
                .ban = Ban::retry_after,
                .retry = Retry::with_others},
    Consequence{.verdict = Verdict::gateway_gave_up, .counts_as_use = true, .counts_as_error = true, .ban = Ban::full},
    Consequence{.verdict = Verdict::generation_failed,
                .counts_as_error = true,
                .lengthens_error_streak = true,
                .retry = Retry::once,
                .retries_late = false},
    Consequence{.verdict = Verdict::request_failed,
                .counts_as_error = true,
                .retry = Retry::with_others,
                .retries_late = false},
    Consequence{.verdict = Verdict::gateway_error, .counts_as_error = true, .retry = Retry::with_others},
    Consequence{.verdict = Verdict::provider_unreachable, .retry = Retry::once, .retries_late = false},
    Consequence{.verdict = Verdict::interrupted, .counts_as_use = true, .counts_as_error = true},
    Consequence{.verdict = Verdict::may_have_run, .counts_as_use = true, .counts_as_error = true},
    Consequence{.verdict = Verdict::client_image},
    Consequence{.verdict = Verdict::model_not_in_region, .remembers_region = true, .retry = Retry::once_elsewhere},
    Consequence{.verdict = Verdict::account_proxy, .ban = Ban::rest, .retry = Retry::with_others},
    Consequence{.verdict = Verdict::provider_ill, .retry = Retry::once, .retries_late = false},
    Consequence{.verdict = Verdict::not_an_upstream},
};

}  // namespace

const Consequence& consequence_of(Verdict verdict)
{
    const auto row = std::find_if(consequences.begin(), consequences.end(),
                                  [&](const Consequence& r) { return r.verdict == verdict; });
    if (row == consequences.end()) throw std::logic_error("a verdict without a consequence");
    return *row;
}

Retry retry_of(Verdict verdict, milliseconds took)
{
    const Consequence& consequence = consequence_of(verdict);
    return took >= late_failure && !consequence.retries_late ? Retry::never : consequence.retry;
}

bool may_be_paid(Verdict verdict) { return consequence_of(verdict).counts_as_use; }

milliseconds ban_length(Ban ban, milliseconds max_length, std::optional<milliseconds> retry_after,
                        std::int64_t failures)
{
    switch (ban) {
    case Ban::none: return milliseconds{0};
    case Ban::full: break;
    case Ban::retry_after:
        if (retry_after) return std::min(std::max<milliseconds>(*retry_after, min_ban), max_length);
        break;
    case Ban::rest: {
        milliseconds rest = first_rest;
        for (std::int64_t i = 1; i < failures && rest < max_length; ++i) rest *= 2;
        return std::min(rest, max_length);
    }
    }
    return max_length;
}

Message reason_for(Verdict verdict)
{
    switch (verdict) {
    case Verdict::rate_limited: return {"account.rate_limited"};
    case Verdict::server_error: return {"account.server_error"};
    case Verdict::gateway_gave_up: return {"account.gateway_gave_up"};
    case Verdict::generation_failed: return {"account.generation_failed"};
    case Verdict::account_proxy: return {"account.account_proxy"};
    case Verdict::session_expired: return {"account.session_expired"};
    default: return {};
    }
}

}  // namespace dreamina
