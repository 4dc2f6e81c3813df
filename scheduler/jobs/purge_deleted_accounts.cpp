#include <fmt/format.h>

#include "core/base/log.hpp"
#include "jobs.hpp"
#include "core/storage/accounts/deleted_accounts.hpp"

namespace dreamina {

void purge_deleted_accounts(JobContext& context)
{
    const int purged = DeletedAccounts{context.database}.purge(context.now, context.stop);
    if (purged == 0) return;
    context.summary = fmt::format("{} deleted accounts are gone for good", purged);
    log_info("{}", context.summary);
}

}  // namespace dreamina
