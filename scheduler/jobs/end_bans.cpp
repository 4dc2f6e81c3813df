#include "core/base/log.hpp"
#include "jobs.hpp"
#include "core/storage/accounts/account_store.hpp"

namespace dreamina {

void end_bans(JobContext& context)
{
    const int ended = AccountStore{context.database}.end_bans(context.now);
    if (ended == 0) return;
    context.summary = {"schedule.bans_ended", {{"count", ended}}};
    log_info("{}", english(context.summary));
}

}  // namespace dreamina
