#pragma once
/// The upstream's outage is not the accounts' fault: after several failures and no success, requests are refused at
/// once and single ones are let through to find out when it is back. Pure rules; the state is shared by all workers.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <string>

#include "core/base/clock.hpp"
#include "core/domain/account/account.hpp"
#include "core/domain/verdict/verdict.hpp"

namespace dreamina {

/// What an answer says of the upstream as a whole.
enum class UpstreamSign {
    none,   ///< nothing: another account might well be served, or not
    works,  ///< it reached its provider and came back with an answer
    fails,  ///< a failure of its own, if others meet it too
};
UpstreamSign sign_of(Verdict verdict);

struct UpstreamFailure {
    std::string request;      ///< its id: one request may fail with several accounts
    std::string origin = {};  ///< who asked for what: the same for each time that one client sends one body
    AccountId account = 0;
    bool unreached = false;  ///< no connection: that says nothing of the account that was to be used
    Time at{};
};

/// So many different accounts (or attempts that did not reach it) must fail, for more than one origin …
constexpr std::size_t failures_of_an_outage = 3;
/// … within so long, with no sign of work in between.
constexpr std::chrono::seconds outage_window{60};

/// `failures`: since the last sign of work. One client that sends one body again and again makes no outage, whatever
/// the upstream says to it; but without a connection, nothing read what it sent.
bool is_outage(std::span<const UpstreamFailure> failures, Time now);

/// Whether one origin failed with so many accounts that it is hardly their fault: the request's, or an outage's that
/// begins. It does not stop the others, but no account is banned for it.
bool is_the_requests_own(std::span<const UpstreamFailure> failures, std::string_view origin);

/// Closed: requests pass. Open: they do not. Half open: one is on its way to find out.
struct BreakerState {
    std::optional<Time> opened_at;  ///< closed without
    Time probe_at{};                ///< the next request after this is let through
    int failed_probes = 0;
    std::optional<std::int64_t> probe_lease;  ///< of the request that was let through
    Time probe_sent_at{};

    bool is_open() const { return opened_at.has_value(); }
};

/// "closed", "open", "half_open".
std::string_view phase_of(const BreakerState& state);

BreakerState opened(Time now);

enum class BreakerDecision {
    pass,
    probe,   ///< may pass alone: note its lease in the state
    closes,  ///< the upstream has worked on the probe for long without failing it: as good as back
    refused
};
BreakerDecision admit(const BreakerState& state, Time now);

/// When it is worth asking again; never in the past.
Time next_chance(const BreakerState& state, Time now);

BreakerState after_probe_was_sent(BreakerState state, std::int64_t lease, Time now);
BreakerState after_probe_failed(BreakerState state, Time now);
/// It said nothing either way: the next request may try.
BreakerState after_probe_told_nothing(BreakerState state, Time now);

}  // namespace dreamina
