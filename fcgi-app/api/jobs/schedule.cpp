#include "api/jobs/schedule.hpp"

#include <fmt/format.h>

#include "api/audit/audit_record.hpp"
#include "api/http/json_values.hpp"
#include "api/jobs/schedule_json.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/domain/timed_job_name.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

HandlerResult list_schedule(Call& call);
HandlerResult run_now(Call& call);

}  // namespace

std::vector<Route> schedule_routes()
{
    return {
        {"GET", "/api/schedule", Access::admin, list_schedule},
        {"POST", "/api/schedule/{name}/run", Access::admin, run_now},
    };
}

namespace {

Json scheduler_json(const SchedulerSigns& signs, Time now)
{
    return {{"running", signs.running(now)}, {"beat_at", value_or_null(signs.beat_at)}};
}

HandlerResult list_schedule(Call& call)
{
    const SchedulerSigns signs = scheduler_signs(call.services.database_file);
    const bool runs = signs.running(call.now);
    Json items = Json::array();
    for (const ScheduledJob& job : ScheduleStore{call.database}.all())
        items.push_back(scheduled_job_json(job, runs, call.now));
    return json_reply(200, {{"scheduler", scheduler_json(signs, call.now)}, {"items", std::move(items)}});
}

HandlerResult run_now(Call& call)
{
    const SchedulerSigns signs = scheduler_signs(call.services.database_file);
    ScheduleStore store{call.database};
    const auto job = store.find(current_timed_job_name(call.captures.at(0)));
    if (!job) return error_reply(404, "error.unknown_timed_job");
    if (is_running(*job, signs.running(call.now))) {
        return error_reply(409, "error.running", {{"job", job->name}, {"since", to_rfc3339(*job->running_since)}});
    }
    Transaction transaction{call.database};
    store.request_run(job->name, call.now);
    record_audit(call, AuditAction::run, {.kind = AuditSubject::schedule, .id = job->name, .name = job->name});
    transaction.commit();
    const bool runs = signs.running(call.now);
    return json_reply(202, {{"message", runs ? job->name + " will run within a second"
                                             : job->name + " will run when the scheduler does; it does not run now"},
                            {"name", job->name},
                            {"scheduler", scheduler_json(signs, call.now)}});
}

}  // namespace
}  // namespace dreamina
