#include "api/requests/requests.hpp"

#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/http/query_parameters.hpp"
#include "api/requests/request_json.hpp"
#include "core/base/text.hpp"
#include "core/base/time_ordered_id.hpp"
#include "core/storage/log/request_list.hpp"

namespace dreamina {
namespace {

HandlerResult list_requests(Call& call);
HandlerResult show_request(Call& call);

}  // namespace

std::vector<Route> request_routes()
{
    return {
        {"GET", "/api/requests", Access::admin, list_requests},
        {"GET", "/api/requests/{id}", Access::admin, show_request},
    };
}

namespace {

constexpr std::int64_t default_size = 100;
constexpr std::int64_t max_attempts_asked_for = 1000;

Result<std::string> id_parameter(const Request& request, std::string_view name)
{
    const std::string text = query_parameter(request.query, name).value_or("");
    if (!text.empty() && !is_time_ordered_id(text)) return wrong_parameter(name, {"field.not_from_reply"});
    return text;
}

Result<RequestFilter> read_request_filter(const Request& request)
{
    RequestFilter filter;
    const auto range = range_parameters(request);
    if (!range) return tl::unexpected(range.error());
    filter.from = range->from;
    filter.to = range->to;
    const auto ended_from = time_parameter(request, "ended_from");
    if (!ended_from) return tl::unexpected(ended_from.error());
    filter.ended_from = *ended_from;
    const auto id = id_parameter(request, "id");
    if (!id) return tl::unexpected(id.error());
    filter.id = *id;
    const auto model = text_parameter(request, "model");
    if (!model) return tl::unexpected(model.error());
    filter.model = *model;
    const auto outcome =
        choice_parameter<RequestOutcome>(request, "outcome", parse_request_outcome, request_outcome_choices());
    if (!outcome) return tl::unexpected(outcome.error());
    filter.outcome = *outcome;
    const auto region = choice_parameter<Region>(request, "region", parse_region, choices_of(all_regions));
    if (!region) return tl::unexpected(region.error());
    filter.region = *region;
    const auto status = whole_parameter(request, "status", 100, 599);
    if (!status) return tl::unexpected(status.error());
    filter.status = *status;
    const auto account = whole_parameter(request, "account_id", 1, max_id);
    if (!account) return tl::unexpected(account.error());
    filter.account = *account;
    const auto key = whole_parameter(request, "api_key_id", 0, max_id);
    if (!key) return tl::unexpected(key.error());
    filter.api_key = *key;
    const auto attempts = whole_parameter(request, "min_attempts", 0, max_attempts_asked_for);
    if (!attempts) return tl::unexpected(attempts.error());
    filter.min_attempts = *attempts;
    return filter;
}

HandlerResult list_requests(Call& call)
{
    const auto size = number_parameter(call.request, "size", default_size, max_page_size);
    if (!size) return error_reply(422, size.error());
    const auto cursor = id_parameter(call.request, "cursor");
    if (!cursor) return error_reply(422, cursor.error());
    const auto filter = read_request_filter(call.request);
    if (!filter) return error_reply(422, filter.error());

    const RequestPage page = list_requests(call.database, *filter, *cursor, *size);
    Json items = Json::array();
    for (const LoggedRequest& request : page.items) items.push_back(request_json(request));
    return json_reply(200,
                      {{"size", *size},
                       {"next_cursor", page.next.empty() ? Json(nullptr) : Json(page.next)},
                       {"looked_back_to", page.next.empty() ? Json(nullptr) : Json(to_rfc3339(time_of_id(page.next)))},
                       {"items", std::move(items)}});
}

HandlerResult show_request(Call& call)
{
    RequestStore store{call.database};
    const auto request = store.find(call.captures.at(0));
    if (!request) {
        return error_reply(404, "error.unknown_request");
    }
    return json_reply(200, request_details_json(store, *request));
}

}  // namespace
}  // namespace dreamina
