#include <fmt/format.h>

#include "core/storage/accounts/account_upkeep.hpp"
#include "jobs/token_sweep.hpp"
#include "token_upstream.hpp"

namespace dreamina {
namespace {

JobProgress::ItemEnd end_of(const DailyCredits& credits)
{
    const std::string points = credits.points ? fmt::format("; {} points", *credits.points) : "";
    if (!credits.refused.empty()) return item_failed(fmt::format("not claimed: {}{}", credits.refused, points));
    const char* words = !credits.received ? "asked for" : *credits.received ? "claimed" : "nothing to claim";
    return item_done(words + points);
}

BatchEnd claim(JobWork& work, const std::vector<WorkItem>& items)
{
    const UpstreamTokens upstream = token_upstream(work.database, work.settings(), work.http, work.stop);
    AccountUpkeep upkeep{work.database};
    return write_answers(work, items, upstream.receive(tokens_of(items), work.stop),
                         [&](const WorkItem& item, const DailyCredits& credits, Time now) {
                             if (credits.points) upkeep.points_answered(item.account, *credits.points, now);
                             return end_of(credits);
                         });
}

}  // namespace

void run_daily_credits(JobWork& work)
{
    sweep(work, {.ask = [&](const std::vector<WorkItem>& items) { return claim(work, items); }});
}

}  // namespace dreamina
