#pragma once
/// What an API key has to say of webhooks: where its events go, and where those of a single request may go.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/domain/api_key.hpp"

namespace dreamina {

/// So long a secret that was replaced signs as well.
constexpr std::chrono::hours old_webhook_secret_lasts{24};

struct KeyWebhook {
    ApiKeyId key = 0;
    std::optional<std::string> url;
    std::optional<Time> off_at;            ///< when its receiver said that it is gone; events are not sent there since
    bool in_progress = false;              ///< also told when a generation begins
    std::vector<std::string> hosts;        ///< that a request's own URL may name
    bool has_secret = false;               ///< there is one wherever there is an URL or a host
    std::optional<Time> old_secret_until;  ///< the former secret signs as well until then
};

}  // namespace dreamina
