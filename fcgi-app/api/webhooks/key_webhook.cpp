#include "api/webhooks/key_webhook.hpp"

#include "api/audit/audit_record.hpp"
#include "api/http/query_parameters.hpp"
#include "api/webhooks/webhook_json.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/domain/webhook/webhook_signature.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/webhooks/key_webhooks.hpp"
#include "core/storage/webhooks/webhook_deliveries.hpp"

namespace dreamina {
namespace {

HandlerResult show_key_webhook(Call& call);
HandlerResult change_key_webhook(Call& call);
HandlerResult renew_webhook_secret(Call& call);
HandlerResult test_webhook(Call& call);

}  // namespace

std::vector<Route> key_webhook_routes()
{
    return {
        {"GET", "/api/keys/{id}/webhook", Access::admin, show_key_webhook},
        {"PUT", "/api/keys/{id}/webhook", Access::admin, change_key_webhook},
        {"POST", "/api/keys/{id}/webhook/secret", Access::admin, renew_webhook_secret},
        {"POST", "/api/keys/{id}/webhook/test", Access::admin, test_webhook},
    };
}

namespace {

/// The key that a call is about, with its webhook; or why it cannot be.
struct FoundKey {
    std::optional<ApiKey> key;
    KeyWebhook webhook;
};

FoundKey find_key_webhook(Call& call)
{
    const auto id = captured_id(call);
    FoundKey found{.key = id ? ApiKeyStore{call.database}.find(*id) : std::nullopt, .webhook = {}};
    if (found.key) found.webhook = KeyWebhooks{call.database}.find(found.key->id).value_or(KeyWebhook{.key = *id});
    return found;
}

Reply no_such_key() { return error_reply(404, "error.unknown_key"); }

/// Nothing may be changed of a key that has been revoked.
std::optional<Reply> refusal(const FoundKey& found)
{
    if (!found.key) return no_such_key();
    if (found.key->status.revoked_at) return error_reply(409, "error.key_revoked");
    return std::nullopt;
}

Audited audited_key(const ApiKey& key)
{
    return {.kind = AuditSubject::key, .id = std::to_string(key.id), .name = key.name};
}

/// With the names that a key's own fields do not have.
Json audited_terms(const KeyWebhook& webhook)
{
    const Json terms = key_webhook_terms(webhook);
    Json named = Json::object();
    for (const auto& [name, value] : terms.items()) named["webhook_" + name] = value;
    return named;
}

/// A new secret, shown this once.
std::string renew_secret(Call& call, const KeyWebhook& webhook, FieldChanges& changes)
{
    std::string secret = new_webhook_secret();
    KeyWebhooks{call.database}.set_secret(webhook.key, secret, call.now);
    if (webhook.has_secret) changes.before["webhook_secret"] = secret_before;
    changes.after["webhook_secret"] = webhook.has_secret ? secret_after : secret_before;
    return secret;
}

Reply webhook_reply(Call& call, ApiKeyId key, const std::optional<std::string>& secret)
{
    Json shown = key_webhook_json(KeyWebhooks{call.database}.find(key).value_or(KeyWebhook{}), call.now);
    if (secret) shown["secret"] = *secret;
    return json_reply(200, shown);
}

HandlerResult show_key_webhook(Call& call)
{
    const FoundKey found = find_key_webhook(call);
    if (!found.key) return no_such_key();
    return json_reply(200, key_webhook_json(found.webhook, call.now));
}

HandlerResult change_key_webhook(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());

    Transaction transaction{call.database};
    const FoundKey found = find_key_webhook(call);
    if (auto refused = refusal(found)) return *std::move(refused);
    const auto changed = read_key_webhook(*reader, found.webhook, call.settings().webhook_allow_hosts);
    if (!changed) return bad_body_reply(changed.error());
    KeyWebhooks{call.database}.change(*changed, call.now);
    FieldChanges changes = differences(audited_terms(found.webhook), audited_terms(*changed));
    // Nothing is ever sent that its receiver could not verify.
    std::optional<std::string> secret;
    if ((changed->url || !changed->hosts.empty()) && !changed->has_secret)
        secret = renew_secret(call, *changed, changes);
    if (found.webhook.off_at && changes.empty()) {
        record_audit(call, AuditAction::enable, audited_key(*found.key));
    } else {
        record_difference(call, AuditAction::change, audited_key(*found.key), changes);
    }
    Reply reply = webhook_reply(call, found.key->id, secret);
    transaction.commit();
    return reply;
}

HandlerResult renew_webhook_secret(Call& call)
{
    Transaction transaction{call.database};
    const FoundKey found = find_key_webhook(call);
    if (auto refused = refusal(found)) return *std::move(refused);
    FieldChanges changes;
    const std::string secret = renew_secret(call, found.webhook, changes);
    record_audit(call, AuditAction::change, audited_key(*found.key), changes);
    Reply reply = webhook_reply(call, found.key->id, secret);
    transaction.commit();
    return reply;
}

HandlerResult test_webhook(Call& call)
{
    Transaction transaction{call.database};
    const FoundKey found = find_key_webhook(call);
    if (auto refused = refusal(found)) return *std::move(refused);
    if (!found.webhook.url) return error_reply(409, "error.no_webhook_url");
    WebhookDeliveries deliveries{call.database};
    const std::string id = deliveries.add_test(found.key->id, *found.webhook.url, call.now);
    record_audit(call, AuditAction::run, audited_key(*found.key),
                 {.before = Json::object(), .after = {{"webhook_delivery", id}}});
    const auto delivery = deliveries.find(id);
    transaction.commit();
    return json_reply(202, delivery_json(delivery.value(), found.key->name));
}

}  // namespace
}  // namespace dreamina
