#include "core/base/log.hpp"
#include "jobs.hpp"
#include "core/pool/pool.hpp"
#include "core/pool/worker_presence.hpp"
#include "core/storage/stores/lease_store.hpp"
#include "core/storage/engine/transaction.hpp"

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
    context.summary = {"schedule.leases_settled", {{"count", settled}}};
    log_warning("{}", english(context.summary));
}

}  // namespace dreamina
