#include <fmt/format.h>

#include "base/log.hpp"
#include "jobs.hpp"
#include "storage/retention.hpp"
#include "storage/session_store.hpp"

namespace dreamina {

void prune(JobContext& context)
{
    const Time before = context.now - std::chrono::days{context.settings.retention_days};
    const int logins = SessionStore{context.database}.remove_expired(context.now);
    const int jobs = remove_jobs_ended_before(context.database, before, context.stop);
    if (context.stop.stop_requested()) throw std::runtime_error("stopped");
    context.said = fmt::format("removed {} jobs that ended before {}, and {} logins that had run out", jobs,
                               local_date(before), logins);
    if (jobs > 0) log_info("prune: {}", context.said);
}

}  // namespace dreamina
