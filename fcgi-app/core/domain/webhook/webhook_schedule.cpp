#include "core/domain/webhook/webhook_schedule.hpp"

#include <algorithm>

namespace dreamina {

std::optional<Time> next_webhook_attempt(std::int64_t attempts, std::optional<std::chrono::seconds> retry_after,
                                         double fraction, Time now)
{
    constexpr double most_added = 0.1;
    if (attempts >= static_cast<std::int64_t>(webhook_delays.size())) return std::nullopt;
    const milliseconds delay = webhook_delays.at(static_cast<std::size_t>(std::max<std::int64_t>(attempts, 0)));
    const milliseconds asked =
        std::min<milliseconds>(retry_after.value_or(std::chrono::seconds{0}), max_webhook_retry_after);
    const auto added = static_cast<std::int64_t>(static_cast<double>(delay.count()) * most_added * fraction);
    return now + std::max(delay + milliseconds{added}, asked);
}

WebhookVerdict judge_webhook_status(int status)
{
    constexpr int gone = 410;
    if (status >= 200 && status < 300) return WebhookVerdict::delivered;
    return status == gone ? WebhookVerdict::gone : WebhookVerdict::failed;
}

}  // namespace dreamina
