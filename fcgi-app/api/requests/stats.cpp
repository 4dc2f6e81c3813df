#include "api/requests/stats.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "api/requests/stats_query.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/domain/daily_time.hpp"
#include "core/domain/time_axis.hpp"
#include "core/storage/accounts/account_store.hpp"

namespace dreamina {
namespace {

HandlerResult show_stats(Call& call);

}  // namespace

std::vector<Route> stats_routes() { return {{"GET", "/api/stats", Access::admin, show_stats}}; }

namespace {

/// Series times steps: a few MB of reply.
constexpr std::size_t max_points = 100'000;

constexpr std::array<std::string_view, 6> request_measures{"requests",  "attempts",    "bytes_in",
                                                           "bytes_out", "duration_ms", "upstream_ms"};
constexpr std::array<std::string_view, 2> attempt_measures{"attempts", "upstream_ms"};

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

std::string_view name_of(Step step)
{
    switch (step) {
    case Step::minute: return "minute";
    case Step::hour: return "hour";
    case Step::day: break;
    }
    return "day";
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
    const auto axis = read_time_axis(call.request, *wanted, call.now);
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
