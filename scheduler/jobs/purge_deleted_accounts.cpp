#include "core/base/log.hpp"
#include "jobs.hpp"
#include "core/storage/accounts/deleted_accounts.hpp"

namespace dreamina {

void purge_deleted_accounts(JobContext& context)
{
    const int purged = DeletedAccounts{context.database}.purge(context.now, context.stop);
    if (purged == 0) return;
    context.summary = {"schedule.accounts_purged", {{"count", purged}}};
    log_info("{}", english(context.summary));
}

}  // namespace dreamina
