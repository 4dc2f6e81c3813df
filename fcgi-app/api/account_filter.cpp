#include "api/account_filter.hpp"

#include <algorithm>

#include "api/query_parameters.hpp"
#include "base/text.hpp"
#include "storage/model_store.hpp"

namespace dreamina {
namespace {

/// "us,hk"; absent and empty mean all.
template <class T>
Result<std::vector<T>> list_parameter(const Request& request, std::string_view name,
                                      std::optional<T> (*parse)(std::string_view), std::string_view choices)
{
    std::vector<T> values;
    const std::string text = query_parameter(request.query, name).value_or("");
    for (std::string_view rest = text; !rest.empty();) {
        const auto word = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        const auto value = parse(word);
        if (!value) return tl::unexpected(not_a_choice(name, choices));
        if (std::find(values.begin(), values.end(), *value) == values.end()) values.push_back(*value);
    }
    return values;
}

Result<std::optional<ModelRule>> read_room(const Call& call)
{
    const auto id = text_parameter(call.request, "room");
    if (!id) return tl::unexpected(id.error());
    if (id->empty()) return std::optional<ModelRule>{};
    const auto model = ModelStore{call.database}.find(*id);
    if (!model) return failure("invalid_parameter", "room must be the id of a model; GET /api/models lists them");
    return ModelRule{.id = model->id,
                     .regions = regions_of(*model),
                     .needs_points = model->needs_points,
                     .daily_limit = daily_limit(*model, call.settings()),
                     .limit_bit = model->limit_bit};
}

}  // namespace

Result<AccountFilter> read_account_filter(const Call& call)
{
    AccountFilter filter;
    const auto regions = list_parameter<Region>(call.request, "region", parse_region, "us, hk, jp, sg, cn");
    if (!regions) return tl::unexpected(regions.error());
    filter.regions = *regions;
    const auto statuses = list_parameter<AccountStatus>(
        call.request, "status", parse_status, "active, banned, disabled, no_session, session_expired, no_points");
    if (!statuses) return tl::unexpected(statuses.error());
    filter.statuses = *statuses;
    filter.email_part = query_parameter(call.request.query, "email").value_or("");
    if (!is_valid_utf8(filter.email_part) || has_control_characters(filter.email_part))
        return failure("invalid_parameter", "email must be text without control characters");
    const auto room = read_room(call);
    if (!room) return tl::unexpected(room.error());
    filter.room = *room;
    const std::string at_limit = query_parameter(call.request.query, "at_limit").value_or("");
    if (at_limit != "" && at_limit != "true" && at_limit != "false")
        return tl::unexpected(not_a_choice("at_limit", "true, false"));
    filter.at_limit = at_limit == "true";
    return filter;
}

}  // namespace dreamina
