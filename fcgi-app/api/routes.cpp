#include "api/routes.hpp"

#include "api/accounts/account_actions.hpp"
#include "api/accounts/account_export.hpp"
#include "api/accounts/account_import.hpp"
#include "api/accounts/account_jobs.hpp"
#include "api/accounts/account_usage.hpp"
#include "api/accounts/accounts.hpp"
#include "api/audit/audit.hpp"
#include "api/generations/generations.hpp"
#include "api/system/health.hpp"
#include "api/jobs/jobs.hpp"
#include "api/keys/keys.hpp"
#include "api/system/metrics.hpp"
#include "api/models/models.hpp"
#include "api/system/openapi.hpp"
#include "api/system/overview.hpp"
#include "api/requests/requests.hpp"
#include "api/jobs/schedule.hpp"
#include "api/session/session.hpp"
#include "api/settings/settings.hpp"
#include "api/settings/settings_schema.hpp"
#include "api/settings/settings_trial.hpp"
#include "api/requests/stats.hpp"
#include "api/results/results.hpp"
#include "api/verdict_rules/verdict_rules.hpp"
#include "api/webhooks/deliveries.hpp"
#include "api/webhooks/key_webhook.hpp"

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
                        generation_routes(),
                        job_routes(),
                        key_routes(),
                        model_routes(),
                        request_routes(),
                        result_routes(),
                        schedule_routes(),
                        stats_routes(),
                        verdict_rule_routes(),
                        key_webhook_routes(),
                        webhook_delivery_routes(),
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
