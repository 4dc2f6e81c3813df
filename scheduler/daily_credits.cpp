#include <fmt/format.h>

#include "storage/account_upkeep.hpp"
#include "storage/verdict_rule_store.hpp"
#include "token_sweep.hpp"

namespace dreamina {
namespace {

BatchEnd claim(JobWork& work, const std::vector<WorkItem>& items)
{
    const VerdictRules rules = VerdictRuleStore{work.database}.rules();
    const UpstreamTokens upstream{work.http, work.settings().upstream_base_url, rules};
    AccountUpkeep upkeep{work.database};
    return write_answers(work, items, upstream.receive(tokens_of(items), work.stop),
                         [&](const WorkItem& item, const DailyCredits& credits, Time now) {
                             upkeep.set_points(item.account.id, credits.points, now);
                             return fmt::format("{}; {} points", credits.received ? "claimed" : "nothing to claim",
                                                credits.points);
                         });
}

}  // namespace

void run_daily_credits(JobWork& work)
{
    sweep(work, {.ask = [&](const std::vector<WorkItem>& items) { return claim(work, items); }});
}

}  // namespace dreamina
