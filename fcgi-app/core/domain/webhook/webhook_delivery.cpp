#include "core/domain/webhook/webhook_delivery.hpp"

#include <algorithm>

namespace dreamina {

std::string_view to_string(DeliveryState state)
{
    switch (state) {
    case DeliveryState::pending: return "pending";
    case DeliveryState::delivered: return "delivered";
    case DeliveryState::failed: return "failed";
    }
    return "";
}

std::optional<DeliveryState> parse_delivery_state(std::string_view text)
{
    const auto* found = std::find_if(all_delivery_states.begin(), all_delivery_states.end(),
                                     [&](DeliveryState state) { return to_string(state) == text; });
    return found == all_delivery_states.end() ? std::nullopt : std::optional{*found};
}

DeliveryState state_of(const WebhookDelivery& delivery)
{
    if (delivery.delivered_at) return DeliveryState::delivered;
    return delivery.gave_up_at ? DeliveryState::failed : DeliveryState::pending;
}

}  // namespace dreamina
