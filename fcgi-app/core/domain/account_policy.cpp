#include "domain/account_policy.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace dreamina {
namespace {

constexpr std::array consequences{
    Consequence{
        .verdict = Verdict::success, .counts_as_use = true, .clears_error_streak = true, .asks_for_points = true},
    Consequence{.verdict = Verdict::session_expired, .expires_session = true, .retry = Retry::with_others},
    Consequence{.verdict = Verdict::points_used_up, .empties_points = true, .retry = Retry::with_others},
    Consequence{.verdict = Verdict::content_refused},
    Consequence{.verdict = Verdict::bad_parameters},
    Consequence{.verdict = Verdict::rate_limited, .counts_as_error = true, .bans = true, .retry = Retry::with_others},
    Consequence{.verdict = Verdict::server_error, .counts_as_error = true, .bans = true, .retry = Retry::with_others},
    Consequence{.verdict = Verdict::gateway_gave_up, .counts_as_use = true, .counts_as_error = true, .bans = true},
    Consequence{.verdict = Verdict::generation_failed,
                .counts_as_error = true,
                .lengthens_error_streak = true,
                .retry = Retry::once},
    Consequence{.verdict = Verdict::request_failed, .counts_as_error = true, .retry = Retry::with_others},
    Consequence{.verdict = Verdict::gateway_error, .counts_as_error = true, .retry = Retry::with_others},
    Consequence{.verdict = Verdict::provider_unreachable, .retry = Retry::once},
    Consequence{.verdict = Verdict::interrupted, .counts_as_use = true, .counts_as_error = true},
};

}  // namespace

const Consequence& consequence_of(Verdict verdict)
{
    const auto row = std::find_if(consequences.begin(), consequences.end(),
                                  [&](const Consequence& r) { return r.verdict == verdict; });
    if (row == consequences.end()) throw std::logic_error("a verdict without a consequence");
    return *row;
}

std::string_view reason_for(Verdict verdict)
{
    switch (verdict) {
    case Verdict::rate_limited: return "the upstream answered 429";
    case Verdict::server_error: return "the upstream answered 500";
    case Verdict::gateway_gave_up: return "the upstream's gateway gave up waiting (524)";
    case Verdict::generation_failed: return "three generations in a row failed";
    case Verdict::session_expired: return "the upstream says that the session is no longer valid";
    default: return "";
    }
}

}  // namespace dreamina
