#pragma once
/// An event on its way to its receiver, and how far that has come.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/message/message.hpp"
#include "core/domain/api_key.hpp"

namespace dreamina {

enum class DeliveryState {
    pending,    ///< to be tried, for the first time or again
    delivered,  ///< the receiver has said so with a 2xx
    failed,     ///< given up
};
inline constexpr std::array all_delivery_states{DeliveryState::pending, DeliveryState::delivered,
                                                DeliveryState::failed};
std::string_view to_string(DeliveryState state);
std::optional<DeliveryState> parse_delivery_state(std::string_view text);

struct WebhookDelivery {
    std::string id;                            ///< webhook-id: the same at each attempt
    std::optional<std::string> generation_id;  ///< nothing: a test
    ApiKeyId key = 0;
    std::string event;
    std::string url;
    std::string payload;
    std::int64_t attempts = 0;
    Time next_at{};  ///< while it is pending
    std::optional<Time> delivered_at;
    std::optional<Time> gave_up_at;
    std::optional<std::int64_t> last_status;  ///< HTTP, of the last attempt; nothing: no answer came
    Message last_error;                       ///< why the last attempt failed
    Time created_at{};
};

DeliveryState state_of(const WebhookDelivery& delivery);

}  // namespace dreamina
