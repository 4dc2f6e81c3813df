#include "api/routes.hpp"

#include "api/account_actions.hpp"
#include "api/account_export.hpp"
#include "api/account_import.hpp"
#include "api/account_jobs.hpp"
#include "api/account_usage.hpp"
#include "api/accounts.hpp"
#include "api/audit.hpp"
#include "api/health.hpp"
#include "api/jobs.hpp"
#include "api/keys.hpp"
#include "api/metrics.hpp"
#include "api/models.hpp"
#include "api/openapi.hpp"
#include "api/overview.hpp"
#include "api/requests.hpp"
#include "api/schedule.hpp"
#include "api/session.hpp"
#include "api/settings.hpp"
#include "api/settings_schema.hpp"
#include "api/settings_trial.hpp"
#include "api/stats.hpp"
#include "api/verdict_rules.hpp"

namespace dreamina {

std::vector<Route> all_routes()
{
    std::vector<Route> all;
    for (auto routes : {account_action_routes(),
                        account_export_routes(),
                        account_import_routes(),
                        account_job_routes(),
                        account_usage_routes(),
                        account_routes(),
                        job_routes(),
                        key_routes(),
                        model_routes(),
                        request_routes(),
                        schedule_routes(),
                        stats_routes(),
                        verdict_rule_routes(),
                        settings_routes(),
                        settings_schema_routes(),
                        settings_trial_routes(),
                        overview_routes(),
                        session_routes(),
                        audit_routes(),
                        health_routes(),
                        metrics_routes(),
                        openapi_routes()})
        all.insert(all.end(), routes.begin(), routes.end());
    return all;
}

}  // namespace dreamina
