#include "core/storage/webhooks/generation_webhooks.hpp"

#include <vector>

#include "core/domain/generation_object.hpp"
#include "core/domain/webhook/webhook_target.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/webhooks/key_webhooks.hpp"
#include "core/storage/webhooks/webhook_deliveries.hpp"

namespace dreamina {
namespace {

std::optional<WebhookEventKind> kind_of(const Generation& generation)
{
    switch (generation.state) {
    case GenerationState::queued: return std::nullopt;
    // With another account it is no other event.
    case GenerationState::in_progress:
        return generation.attempts > 1 ? std::nullopt : std::optional{WebhookEventKind::in_progress};
    case GenerationState::completed: return WebhookEventKind::completed;
    case GenerationState::failed: return WebhookEventKind::failed;
    case GenerationState::cancelled: return WebhookEventKind::cancelled;
    }
    return std::nullopt;
}

WebhookForm form_of(const Generation& generation)
{
    return generation.shape == GenerationShape::openai_video ? WebhookForm::openai_video : WebhookForm::native;
}

bool is_awaited(const Generation& generation)
{
    const bool is_async = generation.body_file.has_value();
    const bool is_detached = generation.cancel_at && generation.state != GenerationState::cancelled;
    return is_async && !is_detached && generation.api_key != 0;
}

}  // namespace

void add_webhook_events(Database& database, std::span<const GenerationChange> changes, Time now)
{
    GenerationStore generations{database};
    WebhookDeliveries deliveries{database};
    for (const GenerationChange& change : changes) {
        const auto generation = generations.find(change.id);
        if (!generation || !is_awaited(*generation)) continue;
        const auto kind = kind_of(*generation);
        if (!kind) continue;
        const auto url = deliveries.url_for(generation->api_key, *kind, generation->webhook);
        if (!url) continue;
        deliveries.add({.generation_id = generation->id,
                        .public_id = public_generation_id(generation->id),
                        .key = generation->api_key,
                        .kind = *kind,
                        .form = form_of(*generation),
                        .object = generation_object(*generation),
                        .result = change.result},
                       *url, now);
    }
}

Message own_webhook_fault(Database& database, std::int64_t key, std::string_view url,
                          const std::optional<std::string>& allow_hosts)
{
    const auto webhook = KeyWebhooks{database}.find(key);
    return request_webhook_fault(url, webhook ? webhook->hosts : std::vector<std::string>{}, allow_hosts);
}

}  // namespace dreamina
