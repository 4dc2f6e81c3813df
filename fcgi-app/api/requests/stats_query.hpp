#pragma once
/// What a call of GET /api/stats asks for.

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/domain/time_axis.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "net/request.hpp"

namespace dreamina {

/// What can be told apart. Accounts and verdicts belong to attempts, of which a request may have several.
struct Dimension {
    std::string_view name;
    std::string_view field;
    bool of_attempts;
};

constexpr std::int64_t default_series = 50;

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

/// Errors name the query parameter.
Result<StatsQuery> read_stats_query(const Request& request);

/// The steps from which to which `query` counts. `now`: where the request names no end.
Result<TimeAxis> read_time_axis(const Request& request, const StatsQuery& query, Time now);

}  // namespace dreamina
