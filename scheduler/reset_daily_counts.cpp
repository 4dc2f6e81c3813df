#include "base/log.hpp"
#include "jobs.hpp"
#include "pool/pool.hpp"
#include "storage/schedule_store.hpp"
#include "storage/transaction.hpp"
#include "storage/usage_history.hpp"

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
    context.said = first ? "a new pool has nothing to reset" : "the counts of " + day + " were reset";
    if (!first) log_info("{}", context.said);
}

}  // namespace dreamina
