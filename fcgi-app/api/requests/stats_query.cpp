#include "api/requests/stats_query.hpp"

#include <array>
#include <string>

#include "api/http/query_parameters.hpp"
#include "core/base/message/coded_error.hpp"

namespace dreamina {
namespace {

constexpr std::int64_t max_series = 1000;
/// Ten years of days; all hours that are kept are fewer.
constexpr std::size_t max_steps = 3653;

constexpr std::chrono::minutes default_minutes{59};  // and the present one
constexpr std::size_t max_minutes = 180;             // each is read out of the log, request by request
constexpr std::chrono::hours default_hours{23};      // and the present one
constexpr std::chrono::days default_span{29};

constexpr std::array dimensions{
    Dimension{"model", "model", false},       Dimension{"outcome", "outcome", false},
    Dimension{"key", "api_key_id", false},    Dimension{"region", "region", false},
    Dimension{"account", "account_id", true}, Dimension{"verdict", "verdict", true},
};

Result<std::vector<const Dimension*>> read_group(const Request& request)
{
    std::vector<const Dimension*> group;
    const std::string text = query_parameter(request.query, "group").value_or("");
    for (std::string_view rest = text; !rest.empty();) {
        const auto name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        const auto found = std::find_if(dimensions.begin(), dimensions.end(),
                                        [&](const Dimension& dimension) { return dimension.name == name; });
        if (found == dimensions.end())
            return wrong_parameter("group",
                                   {"field.not_dimensions",
                                    {{"of_requests", std::vector<std::string>{"model", "outcome", "key", "region"}},
                                     {"of_attempts", std::vector<std::string>{"account", "verdict"}}}});
        if (std::find(group.begin(), group.end(), &*found) == group.end()) group.push_back(&*found);
    }
    return group;
}

/// Fills in what only one kind of sums can be filtered by. True if such a filter was given.
Result<bool> read_request_filter(const Request& request, RequestSumsQuery& wanted)
{
    const auto model = text_parameter(request, "model");
    if (!model) return tl::unexpected(model.error());
    if (!model->empty()) wanted.model = *model;
    const auto outcome =
        choice_parameter<RequestOutcome>(request, "outcome", parse_request_outcome, request_outcome_choices());
    if (!outcome) return tl::unexpected(outcome.error());
    wanted.outcome = *outcome;
    const auto key = whole_parameter(request, "api_key_id", 0, max_id);
    if (!key) return tl::unexpected(key.error());
    wanted.api_key = *key;
    const auto region = choice_parameter<Region>(request, "region", parse_region, choices_of(all_regions));
    if (!region) return tl::unexpected(region.error());
    wanted.region = *region;
    return wanted.model || wanted.outcome || wanted.api_key || wanted.region;
}

Result<bool> read_attempt_filter(const Request& request, AttemptSumsQuery& wanted)
{
    const auto account = whole_parameter(request, "account_id", 1, max_id);
    if (!account) return tl::unexpected(account.error());
    wanted.account = *account;
    const auto verdict = choice_parameter<Verdict>(request, "verdict", parse_verdict, verdict_choices());
    if (!verdict) return tl::unexpected(verdict.error());
    wanted.verdict = *verdict;
    return wanted.account || wanted.verdict;
}

milliseconds usual_span(Step step)
{
    switch (step) {
    case Step::minute: return default_minutes;
    case Step::hour: return default_hours;
    case Step::day: break;
    }
    return default_span;
}

std::string_view too_long_for(Step step)
{
    switch (step) {
    case Step::minute: return "field.too_many_minutes";
    case Step::hour: return "field.too_many_hours";
    case Step::day: break;
    }
    return "field.too_many_days";
}

}  // namespace

Result<StatsQuery> read_stats_query(const Request& request)
{
    StatsQuery wanted;
    const std::string by = query_parameter(request.query, "by").value_or("day");
    if (by == "minute") {
        wanted.step = Step::minute;
    } else if (by == "hour") {
        wanted.step = Step::hour;
    } else if (by != "day" && !by.empty()) {
        return wrong_parameter("by", not_one_of({"minute", "hour", "day"}));
    }
    wanted.requests.by_minute = wanted.step == Step::minute;
    const auto group = read_group(request);
    if (!group) return tl::unexpected(group.error());
    wanted.group = *group;
    const auto size = number_parameter(request, "size", default_series, max_series);
    if (!size) return tl::unexpected(size.error());
    wanted.size = *size;

    const auto of_requests = read_request_filter(request, wanted.requests);
    if (!of_requests) return tl::unexpected(of_requests.error());
    const auto of_attempts = read_attempt_filter(request, wanted.attempts);
    if (!of_attempts) return tl::unexpected(of_attempts.error());
    const auto is_of_attempts = [](const Dimension* dimension) { return dimension->of_attempts; };
    wanted.of_attempts = *of_attempts || std::any_of(group->begin(), group->end(), is_of_attempts);
    if (wanted.of_attempts && (*of_requests || !std::all_of(group->begin(), group->end(), is_of_attempts))) {
        return wrong_parameter("group", {"field.mixed_dimensions"});
    }
    if (wanted.of_attempts && wanted.step == Step::minute)
        return wrong_parameter("by", {"field.no_attempts_by_minute"});
    wanted.requests.by_model = wanted.groups_by("model");
    wanted.requests.by_outcome = wanted.groups_by("outcome");
    wanted.requests.by_api_key = wanted.groups_by("key");
    wanted.requests.by_region = wanted.groups_by("region");
    wanted.attempts.by_account = wanted.groups_by("account");
    wanted.attempts.by_verdict = wanted.groups_by("verdict");
    return wanted;
}

Result<TimeAxis> read_time_axis(const Request& request, const StatsQuery& query, Time now)
{
    const auto range = range_parameters(request);
    if (!range) return tl::unexpected(range.error());
    const Time to = range->to.value_or(now + milliseconds{1});  // the present hour or day is part of it
    const bool hours = query.step == Step::hour;
    if (range->from && *range->from > to) return wrong_parameter("to", {"field.before_from"});
    const std::size_t max_count = query.step == Step::minute ? max_minutes : max_steps;
    const auto axis =
        TimeAxis::of(query.step, range->from.value_or(std::max(to - usual_span(query.step), Time{})), to, max_count);
    if (!axis) {
        return wrong_parameter("from", {std::string{too_long_for(query.step)}, {{"max", max_count}}});
    }
    const auto kept = query.of_attempts ? attempt_hours_kept : request_hours_kept;
    if (hours && axis->begin() < now - kept) {
        return wrong_parameter("from", {"field.hours_pruned", {{"days", kept.count()}}});
    }
    return *axis;
}

}  // namespace dreamina
