#include "core/base/log.hpp"
#include "jobs.hpp"
#include "core/pool/pool.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/accounts/usage_history.hpp"

namespace dreamina {

void reset_daily_counts(JobContext& context)
{
    const DailyTime at = parse_daily_time(context.settings.reset_counts_time).value_or(DailyTime{});
    Transaction transaction{context.database};
    ScheduleStore schedule{context.database};
    const std::string day = local_date(latest_occurrence(at, context.now));
    // A pool that was set up after today's moment has nothing to catch up.
    const std::string counted = schedule.last_day(reset_counts_job);
    const bool first = counted.empty();
    if (!first) {
        UsageHistory{context.database}.keep_day(counted);
        reset_counts(context.database, context.settings);
    }
    schedule.set_last_day(reset_counts_job, day);
    transaction.commit();
    context.summary = first ? Message{"schedule.nothing_to_reset"} : Message{"schedule.counts_reset", {{"day", day}}};
    if (!first) log_info("{}", english(context.summary));
}

}  // namespace dreamina
