#include "api/webhooks/deliveries.hpp"

#include <map>

#include "api/audit/audit_record.hpp"
#include "api/http/query_parameters.hpp"
#include "api/webhooks/webhook_json.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/domain/generation.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/webhooks/key_webhooks.hpp"
#include "core/storage/webhooks/webhook_deliveries.hpp"

namespace dreamina {
namespace {

HandlerResult list_deliveries(Call& call);
HandlerResult show_delivery(Call& call);
HandlerResult resend_delivery(Call& call);

}  // namespace

std::vector<Route> webhook_delivery_routes()
{
    return {
        {"GET", "/api/webhook-deliveries", Access::admin, list_deliveries},
        {"GET", "/api/webhook-deliveries/{id}", Access::admin, show_delivery},
        {"POST", "/api/webhook-deliveries/{id}/resend", Access::admin, resend_delivery},
    };
}

namespace {

Reply unknown_delivery() { return error_reply(404, "error.unknown_delivery"); }

Result<DeliveryFilter> read_delivery_filter(const Request& request)
{
    DeliveryFilter filter;
    const auto key = whole_parameter(request, "api_key_id", 0, max_id);
    if (!key) return tl::unexpected(key.error());
    filter.key = *key;
    const auto state =
        choice_parameter<DeliveryState>(request, "state", parse_delivery_state, choices_of(all_delivery_states));
    if (!state) return tl::unexpected(state.error());
    filter.state = *state;
    const auto generation = text_parameter(request, "generation");
    if (!generation) return tl::unexpected(generation.error());
    if (!generation->empty()) {
        const bool is_public = generation->starts_with(generation_id_prefix);
        filter.generation = is_public ? generation->substr(generation_id_prefix.size()) : *generation;
    }
    return filter;
}

HandlerResult list_deliveries(Call& call)
{
    const auto wanted = page_parameters(call.request);
    if (!wanted) return error_reply(422, wanted.error());
    const auto filter = read_delivery_filter(call.request);
    if (!filter) return error_reply(422, filter.error());

    const DeliveryPage found = WebhookDeliveries{call.database}.list(*filter, wanted->page, wanted->size);
    ApiKeyStore keys{call.database};
    std::map<ApiKeyId, std::optional<std::string>> names;
    Json items = Json::array();
    for (const WebhookDelivery& delivery : found.items) {
        const auto known = names.find(delivery.key);
        const auto name = known != names.end() ? known : names.emplace(delivery.key, keys.name_of(delivery.key)).first;
        items.push_back(delivery_json(delivery, name->second));
    }
    return json_reply(
        200, {{"total", found.total}, {"page", wanted->page}, {"size", wanted->size}, {"items", std::move(items)}});
}

HandlerResult show_delivery(Call& call)
{
    const auto delivery = WebhookDeliveries{call.database}.find(call.captures.at(0));
    if (!delivery) return unknown_delivery();
    Json shown = delivery_json(*delivery, ApiKeyStore{call.database}.name_of(delivery->key));
    shown["payload"] = delivery->payload;
    return json_reply(200, shown);
}

/// Where it goes now: to the address that its request named, or else to the key's, which may be another one by now.
std::optional<std::string> present_url(const WebhookDelivery& delivery, const KeyWebhook& webhook,
                                       const std::optional<std::string>& own)
{
    if (own && *own == delivery.url) return own;
    return webhook.url;
}

HandlerResult resend_delivery(Call& call)
{
    WebhookDeliveries deliveries{call.database};
    Transaction transaction{call.database};
    const auto delivery = deliveries.find(call.captures.at(0));
    if (!delivery) return unknown_delivery();
    const auto key = ApiKeyStore{call.database}.find(delivery->key);
    if (!key) return error_reply(409, "error.unknown_key");
    if (key->status.revoked_at) return error_reply(409, "error.key_revoked");
    const auto webhook = KeyWebhooks{call.database}.find(key->id).value_or(KeyWebhook{});
    const auto url = present_url(*delivery, webhook, deliveries.own_url_of(*delivery));
    if (!url) return error_reply(409, "error.no_delivery_url");
    deliveries.resend(delivery->id, *url, call.now);
    record_audit(call, AuditAction::retry,
                 {.kind = AuditSubject::key, .id = std::to_string(key->id), .name = key->name},
                 {.before = Json::object(), .after = {{"webhook_delivery", delivery->id}}});
    const auto due = deliveries.find(delivery->id);
    transaction.commit();
    return json_reply(202, delivery_json(due.value(), key->name));
}

}  // namespace
}  // namespace dreamina
