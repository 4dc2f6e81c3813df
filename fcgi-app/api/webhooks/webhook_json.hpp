#pragma once
/// Webhooks of keys, and deliveries, as /api reads and shows them.

#include "core/base/json_reader.hpp"
#include "core/domain/webhook/key_webhook.hpp"
#include "core/domain/webhook/webhook_delivery.hpp"

namespace dreamina {

/// What an administrator decides: URL, hosts, events.
Json key_webhook_terms(const KeyWebhook& webhook);

/// Never a secret.
Json key_webhook_json(const KeyWebhook& webhook, Time now);

/// Any subset of the terms; what was shown may be sent back. `allow_hosts`: WEBHOOK_ALLOW_HOSTS.
Result<KeyWebhook> read_key_webhook(JsonReader& reader, const KeyWebhook& stored,
                                    const std::optional<std::string>& allow_hosts);

/// Without the payload.
Json delivery_json(const WebhookDelivery& delivery, const std::optional<std::string>& key_name);

}  // namespace dreamina
