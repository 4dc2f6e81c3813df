#include "jobs.hpp"

#include <algorithm>
#include <array>

#include "core/pool/upstream_learning.hpp"
#include "queueing.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

using std::chrono::minutes;

constexpr int minutes_per_day = 24 * 60;

template <int Minutes>
DailyTime after_reset(const Settings& settings)
{
    const DailyTime reset = parse_daily_time(settings.reset_counts_time).value_or(DailyTime{});
    const int minute = (reset.hour * 60 + reset.minute + Minutes) % minutes_per_day;
    return {minute / 60, minute % 60};
}

template <int Hour, int Minute>
DailyTime fixed(const Settings&)
{
    return {Hour, Minute};
}

milliseconds points_interval(const Settings& settings) { return std::chrono::seconds{settings.points_update_interval}; }

std::string_view without_daily_credits(const Settings& settings)
{
    return settings.daily_credits_enabled ? "" : "DAILY_CREDITS_ENABLED is false";
}
std::string_view without_points_update(const Settings& settings)
{
    return settings.points_update_enabled ? "" : "POINTS_UPDATE_ENABLED is false";
}
std::string_view without_session_check(const Settings& settings)
{
    return settings.session_check_enabled ? "" : "SESSION_CHECK_ENABLED is false";
}
std::string_view without_registration(const Settings& settings)
{
    if (!settings.auto_register_enabled) return "AUTO_REGISTER_ENABLED is false";
    if (!settings.register_api_url) return "REGISTER_API_URL is not set";
    if (!settings.register_api_key) return "REGISTER_API_KEY is not set";
    return "";
}

bool upstream_is_unsure(Database& database, const Settings& settings, Time now)
{
    return upstream_is_to_be_asked(database, settings.upstream_base_url, now);
}

bool points_are_doubted(Database& database, const Settings&, Time now)
{
    // While the upstream is away its answer is waited for elsewhere.
    const KnownUpstream upstream = UpstreamFactsStore{database}.known();
    const bool away = upstream.doubted_at || (upstream.diagnosis && !is_upstream(*upstream.diagnosis));
    return !away && AccountUpkeep{database}.has_doubted_points(now - points_wait);
}

using enum Executor;

// The order of the rows is the order in which jobs run that are due together: the daily credits come before the points
// that they change.
// clang-format off
const std::array all_jobs{
    TimedJob{"end_bans", Every{std::chrono::seconds{1}}, end_bans},
    TimedJob{reset_counts_job, Daily{after_reset<0>}, reset_daily_counts},
    TimedJob{"settle_abandoned_leases", Every{std::chrono::seconds{1}}, settle_abandoned_leases},
    // Short pieces: one checkpoint of a long log would hold up every writer.
    TimedJob{"checkpoint_log", Every{milliseconds{100}}, checkpoint_log},

    TimedJob{.name = "find_out_upstream", .when = Every{std::chrono::seconds{1}}, .run = find_out_upstream,
             .executor = background, .remark = "if it is not known or something has failed", .has_work = upstream_is_unsure},
    TimedJob{.name = "update_doubted_points", .when = Every{std::chrono::seconds{1}}, .run = ask_for_doubted_points,
             .executor = background, .remark = "if the upstream says that some are used up", .has_work = points_are_doubted},
    TimedJob{"update_due_points", Every{std::chrono::seconds{10}}, ask_for_due_points, nullptr, background},
    TimedJob{"daily_credits", Daily{after_reset<10>}, queue_daily_credits, without_daily_credits, sequential,
             JobKind::daily_credits},
    TimedJob{"daily_points", Daily{after_reset<10>}, queue_points, nullptr, sequential,
             JobKind::points_update},
    TimedJob{"points", Every{{}, points_interval}, queue_points, without_points_update, sequential,
             JobKind::points_update},
    TimedJob{"session_refresh", Daily{fixed<4, 0>}, queue_old_sessions, nullptr, sequential,
             JobKind::session_refresh},
    TimedJob{"expired_sessions", Every{minutes{10}}, queue_expired_sessions, nullptr, sequential,
             JobKind::session_refresh},
    TimedJob{"session_check", Daily{fixed<5, 0>}, queue_check_of_sessions, without_session_check, sequential,
             JobKind::session_check},
    TimedJob{"second_session_check", Every{minutes{10}}, queue_second_check_of_sessions, nullptr, sequential,
             JobKind::session_check},
    TimedJob{"auto_register", Every{std::chrono::seconds{10}}, queue_registration, without_registration, sequential,
             JobKind::registration, "one per AUTO_REGISTER_INTERVAL"},

    TimedJob{"forget_removed_accounts", Every{std::chrono::seconds{10}}, purge_deleted_accounts, nullptr, background},
    TimedJob{"prune", Daily{fixed<3, 0>}, prune, nullptr, background},
    TimedJob{"backup", Daily{fixed<3, 30>, minutes{30}}, back_up, nullptr, background},
};
// clang-format on

}  // namespace

std::span<const TimedJob> timed_jobs() { return all_jobs; }

const TimedJob* find_timed_job(std::string_view name)
{
    const auto found =
        std::find_if(all_jobs.begin(), all_jobs.end(), [&](const TimedJob& job) { return job.name == name; });
    return found == all_jobs.end() ? nullptr : &*found;
}

std::vector<TimedJob> timed_jobs_at(std::initializer_list<Executor> executors)
{
    std::vector<TimedJob> found;
    for (const TimedJob& job : all_jobs)
        if (std::find(executors.begin(), executors.end(), job.executor) != executors.end()) found.push_back(job);
    return found;
}

}  // namespace dreamina
