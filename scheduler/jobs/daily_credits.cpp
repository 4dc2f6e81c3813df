#include "core/storage/accounts/account_upkeep.hpp"
#include "jobs/token_sweep.hpp"
#include "token_upstream.hpp"

namespace dreamina {
namespace {

JobProgress::ItemEnd end_of(const DailyCredits& credits)
{
    const auto with_points = [&](Message result) {
        return credits.points ? Message{"job.with_points", {{"result", std::move(result)}, {"points", *credits.points}}}
                              : result;
    };
    if (!credits.refused.empty()) return item_failed(with_points({"job.not_claimed", {{"reason", credits.refused}}}));
    if (!credits.received) return item_done(with_points({"job.claim_sent"}));
    return item_done(with_points({*credits.received ? "job.claimed" : "job.nothing_to_claim"}));
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
