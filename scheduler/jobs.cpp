#include "jobs.hpp"

#include <algorithm>
#include <array>

#include "core/pool/upstream_learning.hpp"
#include "queueing.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/results/result_store.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"
#include "core/storage/webhooks/webhook_deliveries.hpp"

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

Message switched_off(const char* setting) { return {"schedule.setting_off", {{"setting", setting}}}; }
Message not_set(const char* setting) { return {"schedule.setting_missing", {{"setting", setting}}}; }

Message without_daily_credits(const Settings& settings)
{
    return settings.daily_credits_enabled ? Message{} : switched_off("DAILY_CREDITS_ENABLED");
}
Message without_points_update(const Settings& settings)
{
    return settings.points_update_enabled ? Message{} : switched_off("POINTS_UPDATE_ENABLED");
}
Message without_session_check(const Settings& settings)
{
    return settings.session_check_enabled ? Message{} : switched_off("SESSION_CHECK_ENABLED");
}
Message without_registration(const Settings& settings)
{
    if (!settings.auto_register_enabled) return switched_off("AUTO_REGISTER_ENABLED");
    if (!settings.register_api_url) return not_set("REGISTER_API_URL");
    if (!settings.register_api_key) return not_set("REGISTER_API_KEY");
    return {};
}

bool webhooks_are_due(Database& database, const Settings&, Time now)
{
    return WebhookDeliveries{database}.any_due(now);
}

bool results_are_due(Database& database, const Settings&, Time now) { return ResultStore{database}.any_due(now); }

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
    TimedJob{.name = "end_bans", .when = Every{std::chrono::seconds{1}}, .run = end_bans,
             .help = "ends bans whose time is over"},
    TimedJob{.name = reset_counts_job, .when = Daily{after_reset<0>}, .run = reset_daily_counts,
             .help = "starts the counts of the day from zero, at `RESET_COUNTS_TIME`"},
    TimedJob{.name = "settle_abandoned_leases", .when = Every{std::chrono::seconds{1}}, .run = settle_abandoned_leases,
             .help = "settles what dead workers had in flight"},
    // Short pieces: one checkpoint of a long log would hold up every writer.
    TimedJob{.name = "checkpoint_log", .when = Every{milliseconds{100}}, .run = checkpoint_log,
             .help = "keeps the database's log small"},

    TimedJob{.name = "deliver_webhooks", .when = Every{milliseconds{500}}, .run = deliver_webhooks,
             .executor = background, .remark = "schedule.if_webhooks_due", .has_work = webhooks_are_due,
             .help = "delivers events to the webhooks of API keys, and tries again what failed"},
    TimedJob{.name = "fetch_results", .when = Every{milliseconds{500}}, .run = fetch_results,
             .executor = background, .remark = "schedule.if_results_due", .has_work = results_are_due,
             .help = "fetches the images and videos of responses that are to be stored (`STORE_RESULTS`)"},
    TimedJob{.name = "detect_upstream", .when = Every{std::chrono::seconds{1}}, .run = detect_upstream,
             .executor = background, .remark = "schedule.if_upstream_unsure", .has_work = upstream_is_unsure,
             .help = "finds out which upstream it is, if that is unknown or something has failed"},
    TimedJob{.name = "update_doubted_points", .when = Every{std::chrono::seconds{1}}, .run = ask_for_doubted_points,
             .executor = background, .remark = "schedule.if_points_doubted", .has_work = points_are_doubted,
             .help = "asks for points that the upstream says are used up"},
    TimedJob{.name = "update_due_points", .when = Every{std::chrono::seconds{10}}, .run = ask_for_due_points,
             .executor = background, .help = "asks for the points of accounts that were used"},
    TimedJob{.name = "daily_credits", .when = Daily{after_reset<10>}, .run = queue_daily_credits,
             .missing = without_daily_credits, .executor = sequential, .queues = JobKind::daily_credits,
             .help = "10 minutes after the reset, claims the daily credits (`DAILY_CREDITS_ENABLED`)"},
    TimedJob{.name = "daily_points", .when = Daily{after_reset<10>}, .run = queue_points, .executor = sequential,
             .queues = JobKind::points_update, .help = "asks for all points, after the credits"},
    TimedJob{.name = "points", .when = Every{{}, points_interval}, .run = queue_points,
             .missing = without_points_update, .executor = sequential, .queues = JobKind::points_update,
             .help = "asks for all points (`POINTS_UPDATE_ENABLED`) every `POINTS_UPDATE_INTERVAL`"},
    TimedJob{.name = "session_refresh", .when = Daily{fixed<4, 0>}, .run = queue_old_sessions, .executor = sequential,
             .queues = JobKind::session_refresh, .help = "refreshes sessions older than `SESSION_UPDATE_DAYS`"},
    TimedJob{.name = "expired_sessions", .when = Every{minutes{10}}, .run = queue_expired_sessions,
             .executor = sequential, .queues = JobKind::session_refresh,
             .help = "tries again to refresh expired sessions"},
    TimedJob{.name = "session_check", .when = Daily{fixed<5, 0>}, .run = queue_check_of_sessions,
             .missing = without_session_check, .executor = sequential, .queues = JobKind::session_check,
             .help = "checks all sessions (`SESSION_CHECK_ENABLED`)"},
    TimedJob{.name = "second_session_check", .when = Every{minutes{10}}, .run = queue_second_check_of_sessions,
             .executor = sequential, .queues = JobKind::session_check,
             .help = "checks those found dead once more, an hour later"},
    TimedJob{.name = "auto_register", .when = Every{std::chrono::seconds{10}}, .run = queue_registration,
             .missing = without_registration, .executor = sequential, .queues = JobKind::registration,
             .remark = "schedule.one_per_interval",
             .help = "registers one account per `AUTO_REGISTER_INTERVAL` (`AUTO_REGISTER_ENABLED`)"},

    TimedJob{.name = "purge_deleted_accounts", .when = Every{std::chrono::seconds{10}}, .run = purge_deleted_accounts,
             .executor = background, .help = "removes deleted accounts for good, one minute after their deletion"},
    TimedJob{.name = "prune", .when = Daily{fixed<3, 0>}, .run = prune, .executor = background,
             .help = "deletes jobs, log rows and days of usage older than `RETENTION_DAYS` and rows of the audit trail "
                     "older than `AUDIT_RETENTION_DAYS`; merges old hours of the statistics into days; removes stored results "
                     "that are older than `RESULTS_DAYS` or beyond what may be stored"},
    TimedJob{.name = "backup", .when = Daily{fixed<3, 30>, minutes{30}}, .run = back_up, .executor = background,
             .help = "copies the database to `backups/` in its folder, checks the copy, and keeps the last `BACKUP_KEEP`"},
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
