#include "core/base/log.hpp"
#include "core/domain/account/account_policy.hpp"
#include "queueing.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/engine/transaction.hpp"
#include "jobs/token_sweep.hpp"
#include "token_upstream.hpp"

namespace dreamina {
namespace {

using PointsDue = AccountUpkeep::PointsDue;

BatchEnd ask(JobWork& work, const std::vector<WorkItem>& items)
{
    const UpstreamTokens upstream = token_upstream(work.database, work.settings(), work.http, work.stop);
    AccountUpkeep upkeep{work.database};
    return write_answers(work, items, upstream.points(tokens_of(items), work.stop),
                         [&](const WorkItem& item, double points, Time now) {
                             upkeep.points_asked(item.account, now);
                             upkeep.points_answered(item.account, points, now);
                             return item_done({"job.points", {{"points", points}}});
                         });
}

/// What became of one round.
struct Round {
    std::size_t written = 0;
    Message away;  ///< why the upstream could not be asked; those whom it concerns stay due
};

Round write_round(Database& database, const std::vector<Account>& accounts, const std::vector<PointsAnswer>& answers,
                  Time now)
{
    Round round;
    AccountUpkeep upkeep{database};
    Transaction transaction{database};
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        const Account& account = accounts[i];
        if (answers[i]) {
            upkeep.points_asked(account, now);
            upkeep.points_answered(account, *answers[i], now);
            ++round.written;
            continue;
        }
        const TokenFailure& failure = answers[i].error();
        if (failure.fault == TokenFault::cancelled) continue;
        if (failure.fault == TokenFault::upstream) {
            round.away = failure.reason;
            continue;
        }
        upkeep.points_asked(account, now);
        ++round.written;
        if (failure.fault == TokenFault::session_expired)
            expire_session(database, account, reason_for(Verdict::session_expired), now);
        log_info("the points of account {} are not known: {}", account.id, english(failure.reason));
    }
    transaction.commit();
    return round;
}

std::size_t update(Database& database, const Settings& settings, HttpTransport& http, const std::stop_token& stop,
                   Time now, PointsDue which)
{
    AccountUpkeep upkeep{database};
    std::size_t answered = 0;
    while (!stop.stop_requested()) {
        const auto accounts = upkeep.points_due(now - points_wait, job_batch, which);
        if (accounts.empty()) break;
        std::vector<std::string> tokens;
        for (const Account& account : accounts) tokens.push_back(token_of(account));
        const UpstreamTokens upstream = token_upstream(database, settings, http, stop);
        const Round round = write_round(database, accounts, upstream.points(tokens, stop), now);
        answered += round.written;
        if (!round.away.empty()) {
            log_warning("points after use: {}", english(round.away));
            doubt_upstream(database);
            break;
        }
        if (round.written == 0) break;
    }
    return answered;
}

}  // namespace

void run_points_update(JobWork& work)
{
    sweep(work, {.ask = [&](const std::vector<WorkItem>& items) { return ask(work, items); }});
}

std::size_t update_due_points(Database& database, const Settings& settings, HttpTransport& http,
                              const std::stop_token& stop, Time now)
{
    return update(database, settings, http, stop, now, PointsDue::all);
}

std::size_t update_doubted_points(Database& database, const Settings& settings, HttpTransport& http,
                                  const std::stop_token& stop, Time now)
{
    return update(database, settings, http, stop, now, PointsDue::doubted);
}

}  // namespace dreamina
