#include <fmt/format.h>

#include "core/base/log.hpp"
#include "jobs.hpp"
#include "core/storage/accounts/deleted_accounts.hpp"

namespace dreamina {

void purge_deleted_accounts(JobContext& context)
{
    const int forgotten = DeletedAccounts{context.database}.forget(context.now, context.stop);
    if (forgotten == 0) return;
    context.summary = fmt::format("{} deleted accounts are gone for good", forgotten);
    log_info("{}", context.summary);
}

}  // namespace dreamina
