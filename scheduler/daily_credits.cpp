#include <fmt/format.h>

#include "storage/account_upkeep.hpp"
#include "storage/transaction.hpp"
#include "token_sweep.hpp"

namespace dreamina {
namespace {

BatchEnd claim(JobWork& work, const std::vector<WorkItem>& items)
{
    const UpstreamTokens upstream{work.http, work.settings().upstream_base_url};
    const auto answers = upstream.receive(tokens_of(items), work.stop);

    const Time now = system_now();
    BatchEnd end;
    std::size_t upstream_failures = 0;
    Transaction transaction{work.database};
    AccountUpkeep upkeep{work.database};
    JobProgress progress{work.database};
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (answers[i]) {
            upkeep.set_points(items[i].account.id, answers[i]->points, now);
            auto result =
                fmt::format("{}; {} points", answers[i]->received ? "claimed" : "nothing to claim", answers[i]->points);
            progress.end_item(items[i], {.state = ItemState::done, .result = std::move(result), .error = {}}, now);
            continue;
        }
        upstream_failures += answers[i].error().fault == TokenFault::upstream;
        note_token_failure(work.database, items[i], answers[i].error(), end, now);
    }
    transaction.commit();
    if (upstream_failures == items.size()) end.given_up = answers.front().error().reason;
    return end;
}

}  // namespace

void run_daily_credits(JobWork& work)
{
    sweep(work, {.ask = [&](const std::vector<WorkItem>& items) { return claim(work, items); }});
}

}  // namespace dreamina
