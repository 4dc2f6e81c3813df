#include <fmt/format.h>

#include "base/log.hpp"
#include "domain/account_policy.hpp"
#include "queueing.hpp"
#include "storage/account_upkeep.hpp"
#include "storage/transaction.hpp"
#include "storage/verdict_rule_store.hpp"
#include "token_sweep.hpp"

namespace dreamina {
namespace {

BatchEnd ask(JobWork& work, const std::vector<WorkItem>& items)
{
    const VerdictRules rules = VerdictRuleStore{work.database}.rules();
    const UpstreamTokens upstream{work.http, work.settings().upstream_base_url, rules};
    AccountUpkeep upkeep{work.database};
    return write_answers(work, items, upstream.points(tokens_of(items), work.stop),
                         [&](const WorkItem& item, double points, Time now) {
                             upkeep.points_asked(item.account, now);
                             upkeep.set_points(item.account.id, points, now);
                             return fmt::format("{} points", points);
                         });
}

}  // namespace

void run_points_update(JobWork& work)
{
    sweep(work, {.ask = [&](const std::vector<WorkItem>& items) { return ask(work, items); }});
}

std::size_t update_due_points(Database& database, const Settings& settings, HttpTransport& http,
                              const std::stop_token& stop, Time now)
{
    AccountUpkeep upkeep{database};
    std::size_t answered = 0;
    while (!stop.stop_requested()) {
        const auto accounts = upkeep.points_due(now - points_wait, job_batch);
        if (accounts.empty()) break;
        const VerdictRules rules = VerdictRuleStore{database}.rules();
        const UpstreamTokens upstream{http, settings.upstream_base_url, rules};
        std::vector<std::string> tokens;
        for (const Account& account : accounts) tokens.push_back(token_of(account));
        const auto answers = upstream.points(tokens, stop);

        // Those whom the upstream could not be asked about stay due; the next turn comes soon.
        std::string upstream_is_away;
        std::size_t written = 0;
        Transaction transaction{database};
        for (std::size_t i = 0; i < accounts.size(); ++i) {
            const Account& account = accounts[i];
            if (answers[i]) {
                upkeep.points_asked(account, now);
                upkeep.set_points(account.id, *answers[i], now);
                ++written;
                continue;
            }
            const TokenFailure& failure = answers[i].error();
            if (failure.fault == TokenFault::cancelled) continue;
            if (failure.fault == TokenFault::upstream) {
                upstream_is_away = failure.reason;
                continue;
            }
            upkeep.points_asked(account, now);
            ++written;
            if (failure.fault == TokenFault::session_expired)
                expire_session(database, account, reason_for(Verdict::session_expired), now);
            log_info("the points of account {} are not known: {}", account.id, failure.reason);
        }
        transaction.commit();
        answered += written;
        if (!upstream_is_away.empty()) {
            log_warning("points after use: {}", upstream_is_away);
            break;
        }
        if (written == 0) break;
    }
    return answered;
}

}  // namespace dreamina
