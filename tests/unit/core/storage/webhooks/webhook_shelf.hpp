#pragma once
/// A key with a webhook, and the stores that its events go through.

#include "core/domain/webhook/webhook_signature.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/webhooks/key_webhooks.hpp"
#include "core/storage/webhooks/webhook_deliveries.hpp"

namespace dreamina {

inline const std::string shop_url = "https://shop.example/hook";

struct WebhookShelf : TemporaryDatabase {
    Time now = start;
    KeyWebhooks webhooks{**this};
    WebhookDeliveries deliveries{**this};
    const ApiKeyId key = add_key("shop");

    WebhookShelf() { set_up(key); }

    ApiKeyId add_key(const std::string& name)
    {
        return ApiKeyStore{**this}.add({.name = name, .prefix = "dm-" + name}, "digest of " + name, now);
    }
    void set_up(ApiKeyId id, const std::string& url = shop_url)
    {
        webhooks.change({.key = id, .url = url}, now);
        webhooks.set_secret(id, make_webhook_secret(std::string(webhook_secret_bytes, 'a')), now);
    }
    void change(KeyWebhook webhook)
    {
        webhook.key = key;
        webhooks.change(webhook, now);
    }

    WebhookEvent event(const std::string& generation = "g1")
    {
        return {.generation_id = generation,
                .public_id = "gen_" + generation,
                .key = key,
                .object = R"({"id":"gen_)" + generation + R"("})"};
    }
    /// Nothing where nobody wants to hear of it.
    std::optional<std::string> tell(const WebhookEvent& event, const std::optional<std::string>& own = std::nullopt)
    {
        const auto url = deliveries.url_for(event.key, event.kind, own);
        return url ? std::optional{deliveries.add(event, *url, now)} : std::nullopt;
    }
    std::string add(const std::string& generation = "g1")
    {
        const auto id = tell(event(generation));
        REQUIRE(id);
        return *id;
    }
    std::string add_to(const std::string& url, const std::string& generation = "g1")
    {
        const auto id = tell(event(generation), url);
        REQUIRE(id);
        return *id;
    }
    std::vector<std::string> due(std::vector<std::string> under_way = {}, std::vector<std::string> without = {})
    {
        std::vector<std::string> ids;
        for (const WebhookDelivery& each : deliveries.due(now, under_way, without, 100)) ids.push_back(each.id);
        return ids;
    }
    WebhookDelivery get(const std::string& id) { return deliveries.find(id).value(); }
};

}  // namespace dreamina
