#include "base/log.hpp"
#include "jobs.hpp"
#include "pool/pool.hpp"
#include "pool/worker_presence.hpp"
#include "storage/lease_store.hpp"
#include "storage/transaction.hpp"

namespace dreamina {

void settle_abandoned_leases(JobContext& context)
{
    const auto folder = presence_folder(context.database_file);
    LeaseStore leases{context.database};
    const auto dead = dead_workers(folder, workers_with_requests(context.database));
    if (dead.empty() && leases.expired(context.now).empty()) {  // the usual case writes nothing
        forget_workers(folder);
        return;
    }
    Transaction transaction{context.database};
    const int settled = settle_abandoned(context.database, dead, context.now);
    transaction.commit();
    context.said = fmt::format("settled {} requests that their workers left behind", settled);
    log_warning("{}", context.said);
}

}  // namespace dreamina
