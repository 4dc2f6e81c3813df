#include "api/results/results.hpp"

#include <array>

#include <fmt/format.h>

#include "api/audit/audit_record.hpp"
#include "api/http/json_values.hpp"
#include "api/http/query_parameters.hpp"
#include "core/base/file.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/base/message/message_json.hpp"
#include "core/domain/generation.hpp"
#include "core/domain/results/result_delivery.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/results/result_files.hpp"
#include "core/storage/results/result_list.hpp"

namespace dreamina {
namespace {

HandlerResult list_results(Call& call);
HandlerResult show_result(Call& call);
HandlerResult fetch_content(Call& call);
HandlerResult fetch_thumbnail(Call& call);
HandlerResult pin_result(Call& call);
HandlerResult unpin_result(Call& call);
HandlerResult fetch_once_more(Call& call);
HandlerResult remove_result(Call& call);

}  // namespace

std::vector<Route> result_routes()
{
    return {
        {"GET", "/api/results", Access::admin, list_results},
        {"GET", "/api/results/{id}", Access::admin, show_result},
        {"DELETE", "/api/results/{id}", Access::admin, remove_result},
        {"GET", "/api/results/{id}/content", Access::admin, fetch_content},
        {"GET", "/api/results/{id}/thumbnail", Access::admin, fetch_thumbnail},
        {"POST", "/api/results/{id}/pin", Access::admin, pin_result},
        {"POST", "/api/results/{id}/unpin", Access::admin, unpin_result},
        {"POST", "/api/results/{id}/fetch", Access::admin, fetch_once_more},
    };
}

namespace {

constexpr std::int64_t results_of_page = 100;
constexpr std::array<std::string_view, 2> yes_and_no{"true", "false"};

Reply no_such_stored_result() { return error_reply(404, "error.unknown_result"); }

std::filesystem::path folder_of_results(const Call& call)
{
    return result_folder(call.settings(), call.services.database_file.path());
}

std::string shown_id(const StoredResult& result) { return std::string{result_id_prefix} + result.id; }

Audited audited(const StoredResult& result)
{
    return {.kind = AuditSubject::result, .id = shown_id(result), .name = result.model};
}

std::optional<StoredResult> result_of(const Call& call)
{
    const auto id = parse_result_id(call.captures.at(0));
    return id ? ResultStore{call.database}.find(*id) : std::nullopt;
}

Json word_of(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json fault_json(const Message& fault)
{
    if (fault.empty()) return nullptr;
    return message_json(fault);
}

Json result_json(const Call& call, const StoredResult& result)
{
    const auto email = result.account ? ResultStore{call.database}.email_of(*result.account) : std::nullopt;
    const bool is_stored = result.state == ResultState::stored;
    return {{"id", shown_id(result)},
            {"generation_id", result.generation_id ? Json(public_generation_id(*result.generation_id)) : Json(nullptr)},
            {"request_id", result.request_id},
            {"position", result.position},
            {"media", result.media ? Json(to_string(*result.media)) : Json(nullptr)},
            {"state", to_string(result.state)},
            {"model", result.model},
            {"api_key_id", result.api_key == 0 ? Json(nullptr) : Json(result.api_key)},
            {"account_id", value_or_null(result.account)},
            {"account_email", value_or_null(email)},
            {"mime", word_of(result.mime)},
            {"bytes", value_or_null(result.bytes)},
            {"width", value_or_null(result.width)},
            {"height", value_or_null(result.height)},
            {"created_at", to_rfc3339(result.created_at)},
            {"expires_at", result.is_pinned ? Json(nullptr) : Json(to_rfc3339(result.expires_at))},
            {"is_pinned", result.is_pinned},
            {"has_thumbnail", is_stored && has_thumbnail(folder_of_results(call), result.sha256)},
            {"attempt_count", result.attempts},
            {"error", fault_json(result.last_error)},
            {"content_url", fmt::format("/api/results/{}/content", shown_id(result))}};
}

Json totals_json(const Call& call)
{
    const auto totals = ResultStore{call.database}.totals();
    const auto folder = folder_of_results(call);
    const std::int64_t most = bytes_of_gigabytes(call.settings().results_max_gb);
    std::error_code error;
    const auto room = free_space(std::filesystem::exists(folder, error) ? folder : folder.parent_path());
    return {{"count", totals.count},
            {"bytes", totals.bytes},
            {"max_bytes", most},
            {"free_bytes", room ? Json(*room) : Json(nullptr)},
            {"is_storing", totals.bytes < most && has_room_for_results(folder, call.settings())}};
}

/// Of a result, a request or a generation, with their prefixes or without.
Result<std::string> id_in_search(const Request& request)
{
    const std::string text = query_parameter(request.query, "id").value_or("");
    if (text.empty()) return text;
    const auto id = text.starts_with(generation_id_prefix) ? parse_generation_id(text) : parse_result_id(text);
    if (!id) return wrong_parameter("id", {"field.not_from_reply"});
    return *id;
}

Result<std::string> cursor_of_results(const Request& request)
{
    const std::string text = query_parameter(request.query, "cursor").value_or("");
    if (text.empty()) return text;
    const auto id = parse_result_id(text);
    if (!id) return wrong_parameter("cursor", {"field.not_from_reply"});
    return *id;
}

std::optional<bool> parse_yes_or_no(std::string_view text)
{
    return text == yes_and_no[0] ? std::optional{true} : text == yes_and_no[1] ? std::optional{false} : std::nullopt;
}

Result<ResultSearch> read_result_search(const Request& request)
{
    ResultSearch search;
    const auto range = range_parameters(request);
    if (!range) return tl::unexpected(range.error());
    search.from = range->from;
    search.to = range->to;
    const auto id = id_in_search(request);
    if (!id) return tl::unexpected(id.error());
    search.id = *id;
    const auto state =
        choice_parameter<ResultState>(request, "state", parse_result_state, choices_of(all_result_states));
    if (!state) return tl::unexpected(state.error());
    search.state = *state;
    const auto media =
        choice_parameter<ResultMedia>(request, "media", parse_result_media, choices_of(all_result_media));
    if (!media) return tl::unexpected(media.error());
    search.media = *media;
    const auto model = text_parameter(request, "model");
    if (!model) return tl::unexpected(model.error());
    search.model = *model;
    const auto key = whole_parameter(request, "api_key_id", 0, max_id);
    if (!key) return tl::unexpected(key.error());
    search.api_key = *key;
    const auto account = whole_parameter(request, "account_id", 1, max_id);
    if (!account) return tl::unexpected(account.error());
    search.account = *account;
    const auto is_pinned =
        choice_parameter<bool>(request, "is_pinned", parse_yes_or_no, {yes_and_no.begin(), yes_and_no.end()});
    if (!is_pinned) return tl::unexpected(is_pinned.error());
    search.is_pinned = *is_pinned;
    return search;
}

HandlerResult list_results(Call& call)
{
    const auto size = number_parameter(call.request, "size", results_of_page, max_page_size);
    if (!size) return error_reply(422, size.error());
    const auto cursor = cursor_of_results(call.request);
    if (!cursor) return error_reply(422, cursor.error());
    const auto search = read_result_search(call.request);
    if (!search) return error_reply(422, search.error());

    const ResultPage page = search_results(call.database, *search, *cursor, *size);
    Json items = Json::array();
    for (const StoredResult& result : page.items) items.push_back(result_json(call, result));
    return json_reply(200, {{"size", *size},
                            {"next_cursor", page.next.empty() ? Json(nullptr) : Json(page.next)},
                            {"totals", totals_json(call)},
                            {"items", std::move(items)}});
}

HandlerResult show_result(Call& call)
{
    const auto result = result_of(call);
    if (!result) return no_such_stored_result();
    return json_reply(200, result_json(call, *result));
}

HandlerResult fetch_content(Call& call)
{
    const auto download =
        choice_parameter<bool>(call.request, "download", parse_yes_or_no, {yes_and_no.begin(), yes_and_no.end()});
    if (!download) return error_reply(422, download.error());
    const auto result = result_of(call);
    if (!result) return no_such_stored_result();
    if (result->state == ResultState::pending) return error_reply(409, "error.result_not_finished");
    if (result->state != ResultState::stored || !has_result_file(folder_of_results(call), result->sha256))
        return error_reply(410, "error.result_gone");
    const auto place = result_place(result->sha256);
    Reply reply;
    const auto disposition = download->value_or(false) ? ResultDisposition::attachment : ResultDisposition::inline_;
    for (auto& [name, value] : delivery_headers(*result, place.string(), disposition, call.now))
        reply.headers.push_back({name, value});
    return reply;
}

HandlerResult fetch_thumbnail(Call& call)
{
    const auto result = result_of(call);
    if (!result) return no_such_stored_result();
    if (result->state != ResultState::stored || !has_thumbnail(folder_of_results(call), result->sha256))
        return error_reply(404, "error.no_thumbnail");
    const StoredResult picture{.id = result->id, .mime = "image/webp", .is_pinned = true};
    Reply reply;
    for (auto& [name, value] :
         delivery_headers(picture, thumbnail_place(result->sha256).string(), ResultDisposition::inline_, call.now))
        reply.headers.push_back({name, value});
    return reply;
}

HandlerResult set_pin(Call& call, bool is_pinned)
{
    Transaction transaction{call.database};
    const auto before = result_of(call);
    if (!before) return no_such_stored_result();
    if (before->state != ResultState::stored) return error_reply(409, "error.result_not_stored");
    if (before->is_pinned != is_pinned) {
        const Time expires_at =
            is_pinned ? before->expires_at : call.now + std::chrono::days{call.settings().results_days};
        ResultStore{call.database}.set_pinned(before->id, is_pinned, expires_at);
        FieldChanges changes;
        changes.before["is_pinned"] = before->is_pinned;
        changes.after["is_pinned"] = is_pinned;
        record_audit(call, AuditAction::change, audited(*before), changes);
    }
    const auto after = result_of(call);
    transaction.commit();
    return json_reply(200, result_json(call, after.value()));
}

HandlerResult pin_result(Call& call) { return set_pin(call, true); }
HandlerResult unpin_result(Call& call) { return set_pin(call, false); }

HandlerResult fetch_once_more(Call& call)
{
    Transaction transaction{call.database};
    const auto before = result_of(call);
    if (!before) return no_such_stored_result();
    if (before->state != ResultState::failed) return error_reply(409, "error.result_not_failed");
    ResultStore{call.database}.fetch_again(before->id, call.now);
    record_audit(call, AuditAction::retry, audited(*before));
    const auto after = result_of(call);
    transaction.commit();
    return json_reply(202, result_json(call, after.value()));
}

HandlerResult remove_result(Call& call)
{
    Transaction transaction{call.database};
    const auto result = result_of(call);
    if (!result) return no_such_stored_result();
    ResultStore{call.database}.remove(result->id);
    record_audit(call, AuditAction::remove, audited(*result));
    transaction.commit();
    if (!result->sha256.empty()) remove_unnamed_files(call.database, folder_of_results(call), {&result->sha256, 1});
    return json_reply(200, {{"message", "result deleted"}});
}

}  // namespace
}  // namespace dreamina
