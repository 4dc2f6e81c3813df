#include "api/accounts/account_usage.hpp"

#include <algorithm>

#include "api/accounts/accounts.hpp"
#include "api/http/query_parameters.hpp"
#include "core/domain/daily_time.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/engine/snapshot.hpp"
#include "core/storage/accounts/usage_history.hpp"

namespace dreamina {
namespace {

HandlerResult show_account_usage(Call& call);

}  // namespace

std::vector<Route> account_usage_routes()
{
    return {{"GET", "/api/accounts/{id}/usage", Access::admin, show_account_usage}};
}

namespace {

constexpr std::int64_t default_days = 30;
constexpr std::int64_t max_days = 366;

HandlerResult show_account_usage(Call& call)
{
    const auto days = number_parameter(call.request, "days", default_days, max_days);
    if (!days) return error_reply(422, days.error());
    const auto id = captured_id(call);
    const Snapshot snapshot{call.database};
    const auto account = id ? AccountStore{call.database}.find(*id) : std::nullopt;
    if (!account) return unknown_account();

    const DailyTime reset = parse_daily_time(call.settings().reset_counts_time).value_or(DailyTime{});
    const std::string due = local_date(latest_occurrence(reset, call.now));
    // What is counted now is booked for the day of the last reset, also where the next one is late.
    std::string counted = ScheduleStore{call.database}.last_day(reset_counts_job);
    const bool from_the_future = counted > local_date(call.now + std::chrono::days{2});
    if (counted.empty() || from_the_future) counted = due;
    const std::string today = std::max(due, counted);

    UsageHistory history{call.database};
    Json items = Json::array();
    for (std::int64_t back = *days - 1; back >= 0; --back) {
        const std::string day = days_before(today, static_cast<int>(back));
        auto usage = history.of_account(*id, day);
        if (day == counted)
            for (const auto& [model, calls] : account->usage)
                if (calls > 0) usage[model] += calls;
        items.push_back({{"day", day}, {"usage", usage.empty() ? Json::object() : Json(usage)}});
    }
    return json_reply(200, {{"days", std::move(items)}});
}

}  // namespace
}  // namespace dreamina
