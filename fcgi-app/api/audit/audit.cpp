#include "api/audit/audit.hpp"

#include <charconv>

#include <fmt/format.h>

#include "api/http/json_values.hpp"
#include "api/http/query_parameters.hpp"
#include "core/storage/log/audit_store.hpp"

namespace dreamina {
namespace {

HandlerResult list_audit_rows(Call& call);

}  // namespace

std::vector<Route> audit_routes() { return {{"GET", "/api/audit", Access::admin, list_audit_rows}}; }

namespace {

std::string cursor_of(const AuditRow& row) { return fmt::format("{:x}.{:x}", to_millis(row.at), row.id); }

std::optional<AuditCursor> parse_cursor(std::string_view text)
{
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto number = [](std::string_view digits) -> std::optional<std::int64_t> {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        const bool whole = error == std::errc{} && end == digits.data() + digits.size() && value >= 0;
        return whole ? std::optional{value} : std::nullopt;
    };
    const auto at = number(text.substr(0, dot));
    const auto id = number(text.substr(dot + 1));
    if (!at || !id) return std::nullopt;
    return AuditCursor{from_millis(*at), *id};
}

Result<AuditFilter> read_audit_filter(const Request& request)
{
    AuditFilter filter;
    for (auto [name, member] : {std::pair{"from", &AuditFilter::from}, std::pair{"to", &AuditFilter::to}}) {
        const auto time = time_parameter(request, name);
        if (!time) return tl::unexpected(time.error());
        filter.*member = *time;
    }
    if (filter.from && filter.to && *filter.from >= *filter.to) return wrong_parameter("from", {"field.not_before_to"});

    const auto who = choice_parameter<CallerKind>(request, "who", parse_caller_kind, choices_of(all_caller_kinds));
    if (!who) return tl::unexpected(who.error());
    filter.who = *who;
    const auto action =
        choice_parameter<AuditAction>(request, "action", parse_audit_action, choices_of(all_audit_actions));
    if (!action) return tl::unexpected(action.error());
    filter.action = *action;
    const auto subject =
        choice_parameter<AuditSubject>(request, "subject", parse_audit_subject, choices_of(all_audit_subjects));
    if (!subject) return tl::unexpected(subject.error());
    filter.subject = *subject;

    for (auto [name, member] :
         {std::pair{"subject_id", &AuditFilter::subject_id}, std::pair{"address", &AuditFilter::address}}) {
        const auto text = text_parameter(request, name);
        if (!text) return tl::unexpected(text.error());
        if (!text->empty()) filter.*member = *text;
    }
    const auto name = text_parameter(request, "name");
    if (!name) return tl::unexpected(name.error());
    filter.name_part = *name;

    if (const auto cursor = query_parameter(request.query, "cursor"); cursor && !cursor->empty()) {
        filter.after = parse_cursor(*cursor);
        if (!filter.after) return wrong_parameter("cursor", {"field.not_from_reply"});
    }
    return filter;
}

/// What was written as JSON, as JSON.
Json fields_json(const std::optional<std::string>& text)
{
    if (!text) return nullptr;
    const auto fields = parse_json(*text);
    return fields ? *fields : Json(*text);
}

Json audit_row_json(const AuditRow& row)
{
    return {{"id", row.id},
            {"at", to_rfc3339(row.at)},
            {"who", to_string(row.caller.kind)},
            {"session", row.caller.session.empty() ? Json(nullptr) : Json(row.caller.session)},
            {"address", row.caller.address.empty() ? Json(nullptr) : Json(row.caller.address)},
            {"action", to_string(row.action)},
            {"subject", to_string(row.subject)},
            {"subject_id", value_or_null(row.subject_id)},
            {"name", value_or_null(row.subject_name)},
            {"old", fields_json(row.old_fields)},
            {"new", fields_json(row.new_fields)},
            {"count", row.repeats},
            {"last_at", value_or_null(row.last_at)}};
}

HandlerResult list_audit_rows(Call& call)
{
    const auto size = number_parameter(call.request, "size", 100, max_page_size);
    if (!size) return error_reply(422, size.error());
    const auto filter = read_audit_filter(call.request);
    if (!filter) return error_reply(422, filter.error());

    // One more than is shown tells whether there is a next page.
    auto rows = AuditStore{call.database}.list(*filter, *size + 1);
    const bool more = rows.size() > static_cast<std::size_t>(*size);
    if (more) rows.pop_back();
    Json items = Json::array();
    for (const AuditRow& row : rows) items.push_back(audit_row_json(row));
    return json_reply(200, {{"size", *size},
                            {"items", std::move(items)},
                            {"next_cursor", more ? Json(cursor_of(rows.back())) : Json(nullptr)}});
}

}  // namespace
}  // namespace dreamina
