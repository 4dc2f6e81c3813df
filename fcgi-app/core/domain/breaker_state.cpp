#include "core/domain/breaker_state.hpp"

#include <algorithm>
#include <set>

namespace dreamina {
namespace {

/// The first probe follows soon, since most outages are restarts; later ones more rarely, but often enough that
/// the service is back soon after the upstream is.
constexpr milliseconds first_probe_after{1000};
constexpr milliseconds max_probe_pause{10'000};

/// A generation may take minutes; an upstream that is down says so sooner.
constexpr std::chrono::seconds sign_of_life{10};

milliseconds probe_pause(int failed_probes)
{
    milliseconds pause = first_probe_after;
    for (int i = 0; i < failed_probes && pause < max_probe_pause; ++i) pause *= 2;
    return std::min(pause, max_probe_pause);
}

}  // namespace

UpstreamSign sign_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::success:
    case Verdict::session_expired:
    case Verdict::points_used_up:
    case Verdict::content_refused:
    case Verdict::generation_failed: return UpstreamSign::works;
    case Verdict::server_error:
    case Verdict::gateway_error:
    case Verdict::provider_unreachable:
    case Verdict::provider_ill: return UpstreamSign::fails;
    case Verdict::bad_parameters:
    case Verdict::rate_limited:
    case Verdict::gateway_gave_up:
    case Verdict::request_failed:
    case Verdict::interrupted:
    case Verdict::may_have_run:
    case Verdict::client_image:  // decided before the provider is asked, as the next
    case Verdict::model_not_in_region:
    case Verdict::account_proxy:
    case Verdict::not_an_upstream: break;
    }
    return UpstreamSign::none;
}

bool is_outage(std::span<const UpstreamFailure> failures, Time now)
{
    std::set<AccountId> accounts;
    std::set<std::string_view> origins;
    std::set<std::string_view> unreached_requests;
    std::size_t unreached = 0;
    for (const UpstreamFailure& failure : failures) {
        if (now - failure.at > outage_window) continue;
        origins.insert(failure.origin);
        if (failure.unreached) {
            ++unreached;
            unreached_requests.insert(failure.request);
        } else {
            accounts.insert(failure.account);
        }
    }
    if (unreached >= failures_of_an_outage && unreached_requests.size() > 1) return true;
    return accounts.size() + unreached >= failures_of_an_outage && origins.size() > 1;
}

bool is_the_requests_own(std::span<const UpstreamFailure> failures, std::string_view origin)
{
    std::set<AccountId> accounts;
    for (const UpstreamFailure& failure : failures)
        if (failure.origin == origin && !failure.unreached) accounts.insert(failure.account);
    return accounts.size() >= failures_of_an_outage;
}

std::string_view phase_of(const BreakerState& state)
{
    if (!state.is_open()) return "closed";
    return state.probe_lease ? "half_open" : "open";
}

BreakerState opened(Time now)
{
    BreakerState state;
    state.opened_at = now;
    state.probe_at = now + probe_pause(0);
    return state;
}

BreakerDecision admit(const BreakerState& state, Time now)
{
    if (!state.is_open()) return BreakerDecision::pass;
    if (state.probe_lease)
        return now - state.probe_sent_at >= sign_of_life ? BreakerDecision::closes : BreakerDecision::refused;
    return now >= state.probe_at || now < *state.opened_at ? BreakerDecision::probe : BreakerDecision::refused;
}

Time next_chance(const BreakerState& state, Time now)
{
    return std::max(state.probe_lease ? state.probe_sent_at + sign_of_life : state.probe_at, now);
}

BreakerState after_probe_was_sent(BreakerState state, std::int64_t lease, Time now)
{
    state.probe_lease = lease;
    state.probe_sent_at = now;
    return state;
}

BreakerState after_probe_failed(BreakerState state, Time now)
{
    state.probe_lease.reset();
    state.probe_at = now + probe_pause(++state.failed_probes);
    return state;
}

BreakerState after_probe_told_nothing(BreakerState state, Time now)
{
    state.probe_lease.reset();
    state.probe_at = now;
    return state;
}

}  // namespace dreamina
