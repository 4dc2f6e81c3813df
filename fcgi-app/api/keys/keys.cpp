#include "api/keys/keys.hpp"

#include <fmt/format.h>

#include "api/audit/audit_record.hpp"
#include "api/keys/key_json.hpp"
#include "api/http/query_parameters.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/base/secret.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

HandlerResult list_keys(Call& call);
HandlerResult show_key(Call& call);
HandlerResult add_key(Call& call);
HandlerResult change_key(Call& call);
HandlerResult revoke(Call& call);
HandlerResult remove_key(Call& call);

}  // namespace

std::vector<Route> key_routes()
{
    return {
        {"GET", "/api/keys", Access::admin, list_keys},
        {"POST", "/api/keys", Access::admin, add_key},
        {"GET", "/api/keys/{id}", Access::admin, show_key},
        {"PUT", "/api/keys/{id}", Access::admin, change_key},
        {"DELETE", "/api/keys/{id}", Access::admin, remove_key},
        {"POST", "/api/keys/{id}/revoke", Access::admin, revoke},
    };
}

namespace {

Reply unknown_key() { return error_reply(404, "error.unknown_key"); }

Reply known_name(const std::string& name)
{
    return error_reply(409, field_error("error.known_name", "name", {"field.key_name_taken", {{"name", name}}}));
}

Audited audited(const ApiKey& key)
{
    return {.kind = AuditSubject::key, .id = std::to_string(key.id), .name = key.name};
}

Json as_json(const Call& call, const ApiKey& key)
{
    const auto begins = parse_daily_time(call.settings().reset_counts_time).value_or(DailyTime{});
    return key_json(key, service_day(begins, call.now), call.now);
}

std::optional<ApiKey> find(Call& call)
{
    const auto id = captured_id(call);
    return id ? ApiKeyStore{call.database}.find(*id) : std::nullopt;
}

HandlerResult list_keys(Call& call)
{
    const auto wanted = page_parameters(call.request);
    if (!wanted) return error_reply(422, wanted.error());
    const auto state =
        choice_parameter<ApiKeyState>(call.request, "state", parse_api_key_state, choices_of(all_api_key_states));
    if (!state) return error_reply(422, state.error());
    const auto name = text_parameter(call.request, "name");
    if (!name) return error_reply(422, name.error());

    const ApiKeyPage found = ApiKeyStore{call.database}.list({*state, *name}, wanted->page, wanted->size, call.now);
    Json items = Json::array();
    for (const ApiKey& key : found.items) items.push_back(as_json(call, key));
    return json_reply(
        200, {{"total", found.total}, {"page", wanted->page}, {"size", wanted->size}, {"items", std::move(items)}});
}

HandlerResult show_key(Call& call)
{
    const auto key = find(call);
    if (!key) return unknown_key();
    return json_reply(200, as_json(call, *key));
}

HandlerResult add_key(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    const ModelCatalog catalog{ModelStore{call.database}.all()};
    auto key = read_new_key(*reader, catalog, call.now);
    if (!key) return bad_body_reply(key.error());
    const std::string secret = make_api_key(random_letters_and_digits(api_key_chance));
    key->prefix = api_key_prefix(secret);

    ApiKeyStore store{call.database};
    Transaction transaction{call.database};
    if (store.owner_of(key->name)) return known_name(key->name);
    const ApiKeyId id = store.add(*key, secret_digest(secret), call.now);
    const auto stored = store.find(id);
    record_audit(call, AuditAction::create, audited(*stored), differences(Json::object(), key_terms(*stored)));
    transaction.commit();
    Json shown = as_json(call, stored.value());
    shown["key"] = secret;  // this once
    return json_reply(200, shown);
}

HandlerResult change_key(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());

    ApiKeyStore store{call.database};
    Transaction transaction{call.database};
    const auto stored = find(call);
    if (!stored) return unknown_key();
    const ModelCatalog catalog{ModelStore{call.database}.all()};
    const auto key = read_key_change(*reader, *stored, catalog, call.now);
    if (!key) return bad_body_reply(key.error());
    if (stored->status.revoked_at) return error_reply(409, "error.key_revoked");
    if (store.owner_of(key->name).value_or(key->id) != key->id) return known_name(key->name);
    store.change(*key, call.now);
    record_difference(call, AuditAction::change, audited(*key), differences(key_terms(*stored), key_terms(*key)));
    transaction.commit();
    return json_reply(200, as_json(call, *key));
}

HandlerResult revoke(Call& call)
{
    ApiKeyStore store{call.database};
    Transaction transaction{call.database};
    const auto stored = find(call);
    if (!stored) return unknown_key();
    if (!stored->status.revoked_at) {
        store.revoke(stored->id, call.now);
        record_audit(call, AuditAction::revoke, audited(*stored));
    }
    const auto revoked = store.find(stored->id);
    transaction.commit();
    return json_reply(200, as_json(call, revoked.value()));
}

HandlerResult remove_key(Call& call)
{
    Transaction transaction{call.database};
    const auto stored = find(call);
    if (!stored) return unknown_key();
    if (!stored->status.revoked_at) return error_reply(409, "error.key_in_use");
    ApiKeyStore{call.database}.remove(stored->id, call.now);
    record_audit(call, AuditAction::remove, audited(*stored), differences(key_terms(*stored), Json::object()));
    transaction.commit();
    return json_reply(200, {{"message", "API key deleted"}});
}

}  // namespace
}  // namespace dreamina
