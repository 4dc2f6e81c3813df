#include "queueing.hpp"

#include "core/base/log.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/stores/job_progress.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

bool queue_scope(Database& database, JobKind kind, JobScope scope, const ScopeMoments& moments,
                 std::string_view requested_by, Time now)
{
    JobStore jobs{database};
    // The usual case writes nothing.
    if (JobProgress{database}.count_in_scope(kind, scope, moments) == 0) return false;
    Transaction transaction{database};
    if (jobs.find_open(kind, scope)) return false;
    jobs.queue_for_scope(kind, scope, requested_by, now);
    transaction.commit();
    return true;
}

}  // namespace

bool queue_points_update(Database& database, std::string_view requested_by, Time now)
{
    return queue_scope(database, JobKind::points_update, JobScope::all, {}, requested_by, now);
}

bool queue_session_refresh_due(Database& database, const Settings& settings, std::string_view requested_by, Time now)
{
    return register_service_is_configured(settings) && queue_scope(database, JobKind::session_refresh, JobScope::due,
                                                                   scope_moments(settings, now), requested_by, now);
}

bool queue_session_refresh_expired(Database& database, const Settings& settings, std::string_view requested_by,
                                   Time now)
{
    return register_service_is_configured(settings) &&
           queue_scope(database, JobKind::session_refresh, JobScope::retriable, scope_moments(settings, now),
                       requested_by, now);
}

bool queue_session_check(Database& database, std::string_view requested_by, Time now)
{
    return queue_scope(database, JobKind::session_check, JobScope::all, {}, requested_by, now);
}

bool queue_session_recheck(Database& database, std::string_view requested_by, Time now)
{
    return queue_scope(database, JobKind::session_check, JobScope::suspected, scope_moments({}, now), requested_by,
                       now);
}

bool queue_daily_credits(Database& database, std::string_view requested_by, Time now)
{
    return queue_scope(database, JobKind::daily_credits, JobScope::all, {}, requested_by, now);
}

bool queue_auto_registration(Database& database, const Settings& settings, Time now)
{
    if (!settings.auto_register_enabled || !register_service_is_configured(settings)) return false;
    JobStore jobs{database};
    const auto before = jobs.automatic_registrations();
    if (before.last_at && now - *before.last_at < auto_registration_wait(settings, before.failures_in_a_row) &&
        now >= *before.last_at)
        return false;
    const auto target = settings.auto_register_target;
    if (target && AccountUpkeep{database}.usable_accounts() >= *target) return false;
    Transaction transaction{database};
    if (jobs.find_open(JobKind::registration)) return false;
    jobs.queue_registration(1, asked_by_schedule, now);
    transaction.commit();
    return true;
}

}  // namespace dreamina
