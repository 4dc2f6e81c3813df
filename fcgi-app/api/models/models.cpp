#include "api/models/models.hpp"

#include <fmt/format.h>

#include "api/audit/audit_record.hpp"
#include "api/models/model_json.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/pool/pool.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

HandlerResult list_models(Call& call);
HandlerResult show_model(Call& call);
HandlerResult add_model(Call& call);
HandlerResult change_model(Call& call);
HandlerResult remove_model(Call& call);

}  // namespace

std::vector<Route> model_routes()
{
    return {
        {"GET", "/api/models", Access::admin, list_models},
        {"POST", "/api/models", Access::admin, add_model},
        {"GET", "/api/models/{id}", Access::admin, show_model},
        {"PUT", "/api/models/{id}", Access::admin, change_model},
        {"DELETE", "/api/models/{id}", Access::admin, remove_model},
    };
}

namespace {

Reply unknown_model() { return error_reply(404, "error.unknown_model"); }

HandlerResult list_models(Call& call)
{
    Json items = Json::array();
    for (const Model& model : ModelStore{call.database}.all()) items.push_back(model_json(model, call.settings()));
    return json_reply(200, {{"items", std::move(items)}});
}

HandlerResult show_model(Call& call)
{
    const auto model = ModelStore{call.database}.find(call.captures.at(0));
    if (!model) return unknown_model();
    return json_reply(200, model_json(*model, call.settings()));
}

/// A name can be one model's only.
std::optional<Reply> refuse_taken_names(ModelStore& store, const Model& model)
{
    for (const ModelName& name : model.names) {
        const auto owner = store.owner_of(name.name);
        if (owner && *owner != model.id)
            return error_reply(409, field_error("error.known_name", "names",
                                                {"field.name_of_model", {{"name", name.name}, {"model", *owner}}}));
    }
    return std::nullopt;
}

Audited audited(const Model& model) { return {.kind = AuditSubject::model, .id = model.id, .name = model.id}; }

/// So that a limit counts from the moment it is there. By the settings as the file has them now: others may have
/// applied those already.
void commit_with_limits(Call& call, Transaction& transaction)
{
    call.services.settings.refresh();
    apply_limits(call.database, call.services.settings.current()->settings);
    transaction.commit();
}

HandlerResult add_model(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    const auto model = read_new_model(*reader, call.settings());
    if (!model) return bad_body_reply(model.error());

    ModelStore store{call.database};
    Transaction transaction{call.database};
    if (store.find(model->id))
        return error_reply(409, field_error("error.known_model", "id", {"field.model_taken"}, {{"id", model->id}}));
    if (auto taken = refuse_taken_names(store, *model)) return *std::move(taken);
    if (const auto added = store.add(*model); !added) return error_reply(409, added.error());
    record_audit(call, AuditAction::create, audited(*model), model_changes(nullptr, &*model, call.settings()));
    commit_with_limits(call, transaction);
    return json_reply(200, model_json(*model, call.services.settings.current()->settings));
}

HandlerResult change_model(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());

    ModelStore store{call.database};
    Transaction transaction{call.database};
    const auto stored = store.find(call.captures.at(0));
    if (!stored) return unknown_model();
    const auto model = read_model_change(*reader, *stored, call.settings());
    if (!model) return bad_body_reply(model.error());
    if (auto taken = refuse_taken_names(store, *model)) return *std::move(taken);
    if (const auto changed = store.change(*model); !changed) return error_reply(409, changed.error());
    record_difference(call, AuditAction::change, audited(*model), model_changes(&*stored, &*model, call.settings()));
    commit_with_limits(call, transaction);
    return json_reply(200, model_json(*model, call.services.settings.current()->settings));
}

HandlerResult remove_model(Call& call)
{
    Transaction transaction{call.database};
    ModelStore store{call.database};
    const auto stored = store.find(call.captures.at(0));
    if (!stored) return unknown_model();
    store.remove(stored->id);
    record_audit(call, AuditAction::remove, audited(*stored), model_changes(&*stored, nullptr, call.settings()));
    commit_with_limits(call, transaction);
    return json_reply(200, {{"message", "Model deleted"}});
}

}  // namespace
}  // namespace dreamina
