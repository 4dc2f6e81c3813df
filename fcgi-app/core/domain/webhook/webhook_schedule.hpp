#pragma once
/// When an event is delivered, and what an answer to an attempt means.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "core/base/clock.hpp"

namespace dreamina {

/// After so long each attempt follows the one before, the first the event: the specification's, three days in all.
inline constexpr std::array<std::chrono::seconds, 10> webhook_delays{
    std::chrono::seconds{0}, std::chrono::seconds{5}, std::chrono::minutes{5}, std::chrono::minutes{30},
    std::chrono::hours{2},   std::chrono::hours{5},   std::chrono::hours{10},  std::chrono::hours{14},
    std::chrono::hours{20},  std::chrono::hours{24}};

/// A receiver that asks for more time gets no more than this.
constexpr std::chrono::hours max_webhook_retry_after{24};

/// When the next attempt is due, after `attempts` that failed, the last of them at `now`; nothing if that was the last.
/// `retry_after`: what the receiver asked for; it can only make the wait longer. `fraction`, in [0, 1), is chance: up
/// to a tenth is added, so that what failed together does not come back together.
std::optional<Time> next_webhook_attempt(std::int64_t attempts, std::optional<std::chrono::seconds> retry_after,
                                         double fraction, Time now);

enum class WebhookVerdict {
    delivered,  ///< any 2xx
    gone,       ///< 410: the receiver wants no more
    failed,     ///< everything else; 3xx too, since redirects are not followed
};
WebhookVerdict judge_webhook_status(int status);

}  // namespace dreamina
