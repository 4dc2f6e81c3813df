#include "core/base/log.hpp"
#include "jobs.hpp"
#include "core/storage/generations/retired_generations.hpp"
#include "core/storage/log/answer_sample_store.hpp"
#include "core/storage/results/result_files.hpp"
#include "core/storage/results/retired_results.hpp"
#include "core/storage/stores/login_attempt_store.hpp"
#include "core/storage/log/request_store.hpp"
#include "core/storage/maintenance/retention.hpp"
#include "core/storage/stores/session_store.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "core/storage/accounts/usage_history.hpp"
#include "core/storage/webhooks/key_webhooks.hpp"
#include "core/storage/webhooks/webhook_deliveries.hpp"

namespace dreamina {

void prune(JobContext& context)
{
    const Time before = context.now - std::chrono::days{context.settings.retention_days};
    const int logins = SessionStore{context.database}.remove_expired(context.now);
    LoginAttemptStore{context.database}.remove_forgotten(context.now);
    const int jobs = remove_jobs_ended_before(context.database, before, context.stop);
    AnswerSampleStore{context.database}.remove_before(before, context.stop);
    const int requests = RequestStore{context.database}.remove_began_before(before, context.stop);
    remove_expired_generations(context.database, generation_folder(context.database_file), context.now, context.stop);
    retire_results(context.database, result_folder(context.settings, context.database_file), context.settings,
                   context.now, context.stop);
    WebhookDeliveries{context.database}.remove_ended_before(before, context.stop);
    KeyWebhooks{context.database}.forget_old_secrets(context.now);
    UsageHistory{context.database}.remove_before(local_date(before), context.stop);
    const int hours = StatisticsStore{context.database}.roll_up(context.now, context.stop);
    const Time before_audit = context.now - std::chrono::days{context.settings.audit_retention_days};
    const int audit = remove_audit_before(context.database, before_audit, context.stop);
    if (context.stop.stop_requested()) throw std::runtime_error("stopped");
    context.summary = {"schedule.pruned",
                       {{"jobs_removed", jobs},
                        {"requests", requests},
                        {"before", local_date(before)},
                        {"logins", logins},
                        {"audit_rows", audit},
                        {"audit_before", local_date(before_audit)},
                        {"hours", hours}}};
    if (jobs > 0 || requests > 0 || audit > 0) log_info("prune: {}", english(context.summary));
}

}  // namespace dreamina
