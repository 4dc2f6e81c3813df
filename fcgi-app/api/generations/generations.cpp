#include "api/generations/generations.hpp"

#include <array>

#include <fmt/format.h>

#include "api/audit/audit_record.hpp"
#include "api/generations/generation_answer.hpp"
#include "api/generations/generation_json.hpp"
#include "api/http/query_parameters.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "core/storage/generations/generation_list.hpp"
#include "core/storage/generations/generation_retry.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/webhooks/generation_webhooks.hpp"

namespace dreamina {
namespace {

HandlerResult list_generations(Call& call);
HandlerResult show_generation(Call& call);
HandlerResult fetch_answer(Call& call);
HandlerResult cancel_generation(Call& call);
HandlerResult retry_on_purpose(Call& call);
HandlerResult remove_generation(Call& call);

}  // namespace

std::vector<Route> generation_routes()
{
    return {
        {"GET", "/api/generations", Access::admin, list_generations},
        {"GET", "/api/generations/{id}", Access::admin, show_generation},
        {"DELETE", "/api/generations/{id}", Access::admin, remove_generation},
        {"GET", "/api/generations/{id}/answer", Access::admin, fetch_answer},
        {"POST", "/api/generations/{id}/cancel", Access::admin, cancel_generation},
        {"POST", "/api/generations/{id}/retry", Access::admin, retry_on_purpose},
    };
}

namespace {

constexpr std::int64_t generations_of_page = 100;

/// Beside the states themselves.
constexpr std::string_view open_states = "open";
constexpr std::string_view ended_states = "ended";

Reply no_such_generation() { return error_reply(404, "error.unknown_generation"); }
Reply not_ended_reply() { return error_reply(409, "error.generation_not_ended"); }

std::filesystem::path folder_of(const Call& call) { return generation_folder(call.services.database_file.path()); }

Audited audited(const Generation& generation)
{
    return {.kind = AuditSubject::generation, .id = public_generation_id(generation.id), .name = generation.model};
}

std::optional<Generation> generation_of(const Call& call)
{
    const auto id = parse_generation_id(call.captures.at(0));
    return id ? GenerationStore{call.database}.find(*id) : std::nullopt;
}

/// With or without gen_.
Result<std::string> generation_parameter(const Request& request, std::string_view name)
{
    const std::string text = query_parameter(request.query, name).value_or("");
    if (text.empty()) return text;
    const auto id = parse_generation_id(text);
    if (!id) return wrong_parameter(name, {"field.not_from_reply"});
    return *id;
}

Result<std::vector<GenerationState>> states_parameter(const Request& request)
{
    std::vector<GenerationState> states;
    const std::string text = query_parameter(request.query, "state").value_or("");
    for (const GenerationState state : all_generation_states)
        if (text == to_string(state) || text == (has_ended(state) ? ended_states : open_states))
            states.push_back(state);
    if (!text.empty() && states.empty()) {
        Choices choices = choices_of(all_generation_states);
        choices.emplace_back(open_states);
        choices.emplace_back(ended_states);
        return wrong_parameter("state", not_one_of(choices));
    }
    return states;
}

Result<GenerationSearch> read_generation_search(const Request& request)
{
    GenerationSearch search;
    const auto states = states_parameter(request);
    if (!states) return tl::unexpected(states.error());
    search.states = *states;
    const auto range = range_parameters(request);
    if (!range) return tl::unexpected(range.error());
    search.from = range->from;
    search.to = range->to;
    const auto id = generation_parameter(request, "id");
    if (!id) return tl::unexpected(id.error());
    search.id = *id;
    const auto model = text_parameter(request, "model");
    if (!model) return tl::unexpected(model.error());
    search.model = *model;
    const auto key = whole_parameter(request, "api_key_id", 0, max_id);
    if (!key) return tl::unexpected(key.error());
    search.api_key = *key;
    return search;
}

Outlook outlook_of(Call& call, const Generation& generation, std::int64_t ahead)
{
    if (has_ended(generation.state)) return outlook(generation, std::nullopt, 0, call.now);
    const auto durations = call.services.durations.of(call.database, generation.model, call.now);
    return outlook(generation, durations, ahead, call.now);
}

Json details_of(Call& call, const Generation& generation)
{
    const bool is_queued = generation.state == GenerationState::queued;
    const std::int64_t ahead = is_queued ? GenerationStore{call.database}.position(generation) : 0;
    return generation_details_json(call.database, folder_of(call), generation, outlook_of(call, generation, ahead));
}

Json open_counts(Database& database)
{
    Json counts{{to_string(GenerationState::queued), 0}, {to_string(GenerationState::in_progress), 0}};
    for (const auto& each : GenerationStore{database}.counts()) counts[std::string{to_string(each.state)}] = each.count;
    return counts;
}

HandlerResult list_generations(Call& call)
{
    const auto size = number_parameter(call.request, "size", generations_of_page, max_page_size);
    if (!size) return error_reply(422, size.error());
    const auto cursor = generation_parameter(call.request, "cursor");
    if (!cursor) return error_reply(422, cursor.error());
    const auto search = read_generation_search(call.request);
    if (!search) return error_reply(422, search.error());

    const GenerationPage page = search_generations(call.database, *search, *cursor, *size);
    const auto ahead = generations_ahead(call.database);
    Json items = Json::array();
    for (const Generation& generation : page.items) {
        const auto place = ahead.find(generation.id);
        items.push_back(
            generation_json(generation, outlook_of(call, generation, place == ahead.end() ? 0 : place->second)));
    }
    return json_reply(200, {{"size", *size},
                            {"next_cursor", page.next.empty() ? Json(nullptr) : Json(page.next)},
                            {"open", open_counts(call.database)},
                            {"items", std::move(items)}});
}

HandlerResult show_generation(Call& call)
{
    const auto generation = generation_of(call);
    if (!generation) return no_such_generation();
    return json_reply(200, details_of(call, *generation));
}

HandlerResult fetch_answer(Call& call)
{
    const auto generation = generation_of(call);
    if (!generation) return no_such_generation();
    if (!has_ended(generation->state)) return not_ended_reply();
    if (!generation->status) return error_reply(410, "error.answer_not_kept");
    return answer_file_reply(*generation, folder_of(call));
}

/// What waits will not be sent. What runs cannot be stopped: nobody waits for it any more, and it is counted. Its
/// worker sees either at its next look.
HandlerResult cancel_generation(Call& call)
{
    Transaction transaction{call.database};
    const auto before = generation_of(call);
    if (!before) return no_such_generation();
    if (has_ended(before->state))
        return error_reply(409, "error.generation_ended", {{"state", to_string(before->state)}});
    GenerationStore store{call.database};
    const bool is_cancelled = store.cancel(before->id, call.now);
    if (is_cancelled) add_webhook_events(call.database, std::array{GenerationChange{.id = before->id}}, call.now);
    FieldChanges changes;
    if (is_cancelled) {
        changes.before["state"] = to_string(before->state);
        changes.after["state"] = to_string(GenerationState::cancelled);
    } else if (store.detach(before->id, call.now)) {
        changes.after["detached"] = true;
    }
    record_difference(call, AuditAction::cancel, audited(*before), changes);
    const auto after = generation_of(call);
    transaction.commit();
    if (is_cancelled && !before->worker && before->body_file)
        remove_generation_file(folder_of(call), *before->body_file);
    return json_reply(is_cancelled ? 200 : 202, details_of(call, after.value()));
}

Reply no_retry_reply(NoRetry reason)
{
    switch (reason) {
    case NoRetry::not_ended: return not_ended_reply();
    case NoRetry::completed: return error_reply(409, "error.generation_completed");
    case NoRetry::key_gone: return error_reply(409, "error.generation_key_gone");
    case NoRetry::body_gone: return error_reply(409, "error.body_not_kept");
    case NoRetry::queue_full: break;
    }
    return error_reply(409, "error.queue_full");
}

HandlerResult retry_on_purpose(Call& call)
{
    Transaction transaction{call.database};
    const auto before = generation_of(call);
    if (!before) return no_such_generation();
    const auto again = retry_generation(call.database, folder_of(call), *before, call.settings(), call.now);
    if (!again) return no_retry_reply(again.error());
    if (again->is_new) {
        FieldChanges changes;
        changes.after["retry_of"] = public_generation_id(before->id);
        record_audit(call, AuditAction::retry, audited(again->generation), changes);
    }
    transaction.commit();
    return json_reply(202, details_of(call, again->generation));
}

HandlerResult remove_generation(Call& call)
{
    Transaction transaction{call.database};
    const auto generation = generation_of(call);
    if (!generation) return no_such_generation();
    if (!GenerationStore{call.database}.remove(generation->id)) return not_ended_reply();
    record_audit(call, AuditAction::remove, audited(*generation));
    transaction.commit();
    for (const auto& file : {generation->answer_file, generation->body_file})
        if (file) remove_generation_file(folder_of(call), *file);
    return json_reply(200, {{"message", "generation deleted"}});
}

}  // namespace
}  // namespace dreamina
