#include "jobs.hpp"
#include "core/pool/upstream_learning.hpp"

namespace dreamina {

void detect_upstream(JobContext& context)
{
    context.summary =
        learn_upstream(context.database, *context.http, context.settings.upstream_base_url, context.stop).message;
}

}  // namespace dreamina
