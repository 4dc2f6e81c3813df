#include "api/jobs/job_json.hpp"

#include "api/http/json_values.hpp"

namespace dreamina {

Json job_json(const Job& job)
{
    return {{"id", job.id},
            {"kind", to_string(job.kind)},
            {"state", to_string(job.state)},
            {"account_id", value_or_null(job.account)},
            {"scope", job.scope ? Json(to_string(*job.scope)) : Json(nullptr)},
            {"count", job.wanted},
            {"total", job.total},
            {"done", job.done},
            {"failed", job.failed},
            {"note_message", message_json(job.note)},
            {"note", english_or_null(job.note)},
            {"error_message", message_json(job.error)},
            {"error", english_or_null(job.error)},
            {"requested_by", job.requested_by},
            {"retry_of", value_or_null(job.retry_of)},
            {"created_at", to_rfc3339(job.created_at)},
            {"started_at", value_or_null(job.started_at)},
            {"updated_at", to_rfc3339(job.updated_at)},
            {"ended_at", value_or_null(job.ended_at)}};
}

Json job_item_json(const JobItem& item)
{
    return {{"account_id", value_or_null(item.account)},
            {"email", value_or_null(item.email)},
            {"state", to_string(item.state)},
            {"result_message", message_json(item.result)},
            {"result", english_or_null(item.result)},
            {"error_message", message_json(item.error)},
            {"error", english_or_null(item.error)},
            {"updated_at", to_rfc3339(item.updated_at)}};
}

}  // namespace dreamina
