#include "api/webhooks/webhook_json.hpp"

#include <fmt/format.h>

#include "api/http/json_values.hpp"
#include "core/domain/webhook/webhook_target.hpp"

namespace dreamina {
namespace {

constexpr std::size_t max_webhook_host_length = 260;  // a name and a port

void read_url(JsonReader& reader, const std::optional<std::string>& allow_hosts, std::optional<std::string>& url)
{
    const auto field = reader.text("url", {.min = 1, .max = max_webhook_url_length});
    if (field.is_null()) url.reset();
    if (!field.value) return;
    // Judged even if it is the stored one: to save it switches it on.
    if (Message fault = webhook_url_fault(*field.value, allow_hosts); !fault.empty())
        reader.fail("url", std::move(fault));
    url = field.value;
}

void read_hosts(JsonReader& reader, std::vector<std::string>& hosts)
{
    const auto field = reader.texts("hosts", {.max = max_webhook_hosts}, {.min = 1, .max = max_webhook_host_length});
    if (field.is_null()) reader.fail("hosts", {"field.null"});
    if (!field.value) return;
    for (std::size_t i = 0; i < field.value->size(); ++i) {
        const std::string& host = (*field.value)[i];
        if (!is_webhook_host(host))
            reader.fail(fmt::format("hosts[{}]", i), {"field.not_webhook_host", {{"host", host}}});
    }
    hosts = *field.value;
}

}  // namespace

Json key_webhook_terms(const KeyWebhook& webhook)
{
    return {{"url", value_or_null(webhook.url)}, {"hosts", webhook.hosts}, {"in_progress", webhook.in_progress}};
}

Json key_webhook_json(const KeyWebhook& webhook, Time now)
{
    const bool old_signs = webhook.old_secret_until && *webhook.old_secret_until > now;
    Json json{{"off_at", value_or_null(webhook.off_at)},
              {"has_secret", webhook.has_secret},
              {"old_secret_until", old_signs ? value_or_null(webhook.old_secret_until) : Json(nullptr)}};
    json.update(key_webhook_terms(webhook));
    return json;
}

Result<KeyWebhook> read_key_webhook(JsonReader& reader, const KeyWebhook& stored,
                                    const std::optional<std::string>& allow_hosts)
{
    KeyWebhook webhook = stored;
    read_url(reader, allow_hosts, webhook.url);
    read_hosts(reader, webhook.hosts);
    const auto in_progress = reader.boolean("in_progress");
    if (in_progress.is_null()) reader.fail("in_progress", {"field.null"});
    webhook.in_progress = in_progress.value_or(webhook.in_progress);
    for (const char* shown : {"off_at", "has_secret", "old_secret_until"}) reader.ignore(shown);
    if (const auto faults = reader.finish(); !faults) return tl::unexpected(faults.error());
    return webhook;
}

Json delivery_json(const WebhookDelivery& delivery, const std::optional<std::string>& key_name)
{
    const DeliveryState state = state_of(delivery);
    return {{"id", delivery.id},
            {"generation_id", value_or_null(delivery.generation_id)},
            {"api_key_id", delivery.key},
            {"api_key_name", value_or_null(key_name)},
            {"event", delivery.event},
            {"url", delivery.url},
            {"state", to_string(state)},
            {"attempts", delivery.attempts},
            {"next_at", state == DeliveryState::pending ? Json(to_rfc3339(delivery.next_at)) : Json(nullptr)},
            {"delivered_at", value_or_null(delivery.delivered_at)},
            {"gave_up_at", value_or_null(delivery.gave_up_at)},
            {"last_status", value_or_null(delivery.last_status)},
            {"last_error", english_or_null(delivery.last_error)},
            {"last_error_message", message_json(delivery.last_error)},
            {"created_at", to_rfc3339(delivery.created_at)}};
}

}  // namespace dreamina
