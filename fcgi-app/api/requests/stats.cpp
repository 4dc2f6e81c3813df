#include "api/requests/stats.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "api/http/query_parameters.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/domain/daily_time.hpp"
#include "core/domain/time_axis.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/log/statistics_store.hpp"

namespace dreamina {
namespace {

HandlerResult show_stats(Call& call);

}  // namespace

std::vector<Route> stats_routes() { return {{"GET", "/api/stats", Access::admin, show_stats}}; }

namespace {

constexpr std::int64_t default_series = 50;
constexpr std::int64_t max_series = 1000;
/// Ten years of days; all hours that are kept are fewer.
constexpr std::size_t max_steps = 3653;
/// Series times steps: a few MB of reply.
constexpr std::size_t max_points = 100'000;

constexpr std::chrono::minutes default_minutes{59};  // and the present one
constexpr std::size_t max_minutes = 180;             // each is read out of the log, request by request
constexpr std::chrono::hours default_hours{23};      // and the present one
constexpr std::chrono::days default_span{29};

/// What can be told apart. Accounts and verdicts belong to attempts, of which a request may have several.
struct Dimension {
    std::string_view name;
    std::string_view field;
    bool of_attempts;
};
constexpr std::array dimensions{
    Dimension{"model", "model", false},       Dimension{"outcome", "outcome", false},
    Dimension{"key", "api_key_id", false},    Dimension{"region", "region", false},
    Dimension{"account", "account_id", true}, Dimension{"verdict", "verdict", true},
};

constexpr std::array<std::string_view, 6> request_measures{"requests",  "attempts",    "bytes_in",
                                                           "bytes_out", "duration_ms", "upstream_ms"};
constexpr std::array<std::string_view, 2> attempt_measures{"attempts", "upstream_ms"};

struct StatsQuery {
    Step step = Step::day;
    std::vector<const Dimension*> group;
    bool of_attempts = false;
    RequestSumsQuery requests;
    AttemptSumsQuery attempts;
    std::int64_t size = default_series;

    bool groups_by(std::string_view name) const
    {
        return std::any_of(group.begin(), group.end(), [&](const Dimension* d) { return d->name == name; });
    }
};

/// Sums of one moment and one combination of what is told apart.
struct Point {
    Time since{};
    std::vector<std::string> labels;  ///< in the group's order
    std::vector<std::int64_t> values;
};

struct Series {
    std::vector<std::int64_t> totals;
    std::vector<std::vector<std::int64_t>> values;  ///< by measure, then by step
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

std::string_view name_of(Step step)
{
    switch (step) {
    case Step::minute: return "minute";
    case Step::hour: return "hour";
    case Step::day: break;
    }
    return "day";
}

Result<TimeAxis> read_axis(const Request& request, const StatsQuery& wanted, Time now)
{
    const auto range = range_parameters(request);
    if (!range) return tl::unexpected(range.error());
    const Time to = range->to.value_or(now + milliseconds{1});  // the present hour or day is part of it
    const bool hours = wanted.step == Step::hour;
    if (range->from && *range->from > to) return wrong_parameter("to", {"field.before_from"});
    const std::size_t max_count = wanted.step == Step::minute ? max_minutes : max_steps;
    const auto axis =
        TimeAxis::of(wanted.step, range->from.value_or(std::max(to - usual_span(wanted.step), Time{})), to, max_count);
    if (!axis) {
        return wrong_parameter("from", {std::string{too_long_for(wanted.step)}, {{"max", max_count}}});
    }
    const auto kept = wanted.of_attempts ? attempt_hours_kept : request_hours_kept;
    if (hours && axis->begin() < now - kept) {
        return wrong_parameter("from", {"field.hours_pruned", {{"days", kept.count()}}});
    }
    return *axis;
}

std::vector<Point> read_points(Database& database, StatsQuery& wanted, const TimeAxis& axis)
{
    std::vector<Point> points;
    StatisticsStore store{database};
    const auto labels = [&](const std::map<std::string_view, std::string>& values) {
        std::vector<std::string> all;
        for (const Dimension* dimension : wanted.group) all.push_back(values.at(dimension->name));
        return all;
    };
    if (wanted.of_attempts) {
        wanted.attempts.from = axis.begin();
        wanted.attempts.to = axis.end();
        for (const AttemptSumRow& row : store.attempt_sums(wanted.attempts)) {
            points.push_back({row.since,
                              labels({{"account", std::to_string(row.account)}, {"verdict", row.verdict}}),
                              {row.sum.attempts, row.sum.upstream_ms}});
        }
        return points;
    }
    wanted.requests.from = axis.begin();
    wanted.requests.to = axis.end();
    for (const RequestSumRow& row : store.request_sums(wanted.requests)) {
        points.push_back({row.since,
                          labels({{"model", row.model},
                                  {"outcome", row.outcome},
                                  {"key", std::to_string(row.api_key)},
                                  {"region", row.region}}),
                          {row.sum.requests, row.sum.attempts, row.sum.bytes_in, row.sum.bytes_out, row.sum.duration_ms,
                           row.sum.upstream_ms}});
    }
    return points;
}

Json totals_json(std::span<const std::string_view> measures, const std::vector<std::int64_t>& totals)
{
    Json json = Json::object();
    for (std::size_t i = 0; i < measures.size(); ++i) json[std::string{measures[i]}] = totals[i];
    return json;
}

/// What names the series: {"model": "jimeng-4.0"}; null where there is nothing to name.
Json labels_json(Database& database, const StatsQuery& wanted, const std::vector<std::string>& labels)
{
    Json json = Json::object();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const Dimension& dimension = *wanted.group[i];
        const std::string field{dimension.field};
        if (dimension.name == "account") {
            const std::int64_t id = std::stoll(labels[i]);
            const auto account = AccountStore{database}.find(id);
            json[field] = id;
            json["email"] = account ? Json(account->email) : Json(nullptr);
        } else if (dimension.name == "key") {
            json[field] = labels[i] == "0" ? Json(nullptr) : Json(std::stoll(labels[i]));
        } else {
            json[field] = labels[i].empty() ? Json(nullptr) : Json(labels[i]);
        }
    }
    return json;
}

Json axis_json(const StatsQuery& wanted, const TimeAxis& axis)
{
    const bool days = wanted.step == Step::day;
    Json starts = Json::array();
    for (const Time start : axis.starts()) starts.push_back(to_rfc3339(start));
    Json json{{"by", name_of(wanted.step)},
              {"time_zone", days ? "local" : "UTC"},  // whose days and hours they are; local: the service's TZ
              {"from", to_rfc3339(axis.begin())},
              {"to", to_rfc3339(axis.end())},
              {"starts", std::move(starts)}};
    if (!days) return json;
    Json names = Json::array();
    for (const Time start : axis.starts()) names.push_back(local_date(start));
    json["days"] = std::move(names);
    return json;
}

HandlerResult show_stats(Call& call)
{
    auto wanted = read_stats_query(call.request);
    if (!wanted) return error_reply(422, wanted.error());
    const auto axis = read_axis(call.request, *wanted, call.now);
    if (!axis) return error_reply(422, axis.error());
    const std::size_t steps = axis->starts().size();
    if (static_cast<std::size_t>(wanted->size) * steps > max_points) {
        return error_reply(422, field_error("error.invalid_parameter", "size",
                                            {"field.too_many_points",
                                             {{"size", wanted->size}, {"steps", steps}, {"max", max_points}}}));
    }

    const std::span<const std::string_view> measures =
        wanted->of_attempts ? std::span<const std::string_view>{attempt_measures} : request_measures;
    const std::vector<std::int64_t> zeros(measures.size());
    std::vector<std::int64_t> totals = zeros;
    std::map<std::vector<std::string>, Series> found;
    const std::vector<Point> points = read_points(call.database, *wanted, *axis);
    for (const Point& point : points) {
        Series& series = found[point.labels];
        if (series.totals.empty()) series.totals = zeros;
        for (std::size_t i = 0; i < measures.size(); ++i) {
            series.totals[i] += point.values[i];
            totals[i] += point.values[i];
        }
    }
    if (wanted->group.empty() && found.empty()) found[{}].totals = zeros;

    std::vector<std::map<std::vector<std::string>, Series>::iterator> shown;
    for (auto series = found.begin(); series != found.end(); ++series) shown.push_back(series);
    std::stable_sort(shown.begin(), shown.end(),
                     [](auto a, auto b) { return a->second.totals.front() > b->second.totals.front(); });
    if (std::cmp_greater(shown.size(), wanted->size)) shown.resize(static_cast<std::size_t>(wanted->size));
    for (const auto& series : shown) series->second.values.assign(measures.size(), std::vector<std::int64_t>(steps));
    for (const Point& point : points) {
        Series& series = found[point.labels];
        if (series.values.empty()) continue;
        const std::size_t place = axis->place_of(point.since);
        for (std::size_t i = 0; i < measures.size(); ++i) series.values[i][place] += point.values[i];
    }

    Json all = Json::array();
    for (const auto& series : shown) {
        Json json = labels_json(call.database, *wanted, series->first);
        json["totals"] = totals_json(measures, series->second.totals);
        for (std::size_t i = 0; i < measures.size(); ++i) json[std::string{measures[i]}] = series->second.values[i];
        all.push_back(std::move(json));
    }
    Json group = Json::array();
    for (const Dimension* dimension : wanted->group) group.push_back(dimension->name);
    Json body = axis_json(*wanted, *axis);
    body["group"] = std::move(group);
    body["totals"] = totals_json(measures, totals);
    body["series_total"] = found.size();
    body["series"] = std::move(all);
    return json_reply(200, body);
}

}  // namespace
}  // namespace dreamina
