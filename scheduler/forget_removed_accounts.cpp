#include <fmt/format.h>

#include "base/log.hpp"
#include "jobs.hpp"
#include "storage/removed_accounts.hpp"

namespace dreamina {

void forget_removed_accounts(JobContext& context)
{
    const int forgotten = RemovedAccounts{context.database}.forget(context.now, context.stop);
    if (forgotten == 0) return;
    context.said = fmt::format("{} deleted accounts are gone for good", forgotten);
    log_info("{}", context.said);
}

}  // namespace dreamina
