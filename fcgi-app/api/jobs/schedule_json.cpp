#include "api/jobs/schedule_json.hpp"

#include <algorithm>

#include "api/http/json_values.hpp"

namespace dreamina {

bool is_running(const ScheduledJob& job, bool scheduler_runs) { return scheduler_runs && job.running_since; }

Json scheduled_job_json(const ScheduledJob& job, bool scheduler_runs, Time now)
{
    // The short ones are written down once a minute only: what is past is due now.
    std::optional<Time> next = job.next_run_at;
    if (next) next = std::max(*next, now);
    return {{"name", job.name},
            {"when_message", message_json(job.when)},
            {"when", english(job.when)},
            {"enabled", job.waits_for.empty()},
            {"waits_for_message", message_json(job.waits_for)},
            {"waits_for", english_or_null(job.waits_for)},
            {"running", is_running(job, scheduler_runs)},
            {"running_since", is_running(job, scheduler_runs) ? value_or_null(job.running_since) : Json(nullptr)},
            {"last_started_at", value_or_null(job.last_started_at)},
            {"last_ended_at", value_or_null(job.last_ended_at)},
            {"duration_ms", job.duration ? Json(job.duration->count()) : Json(nullptr)},
            {"outcome", value_or_null(job.outcome)},
            {"result_message", message_json(job.summary)},
            {"message", english_or_null(job.summary)},
            {"next_run_at", value_or_null(next)},
            {"run_requested_at", value_or_null(job.run_requested_at)}};
}

}  // namespace dreamina
