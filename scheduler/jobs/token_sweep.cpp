#include "jobs/token_sweep.hpp"

#include "core/domain/account/account_policy.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

Message reason_to_skip(const Account& account, bool asks_cn, bool gives_proxies)
{
    if (!account.session_id) return {"job.no_session"};
    if (account.region == Region::cn && !asks_cn) return {"job.cn_not_asked"};
    if (account.proxy_url && gives_proxies) return {"job.proxy_kept_back"};
    return {};
}

/// False once the job has nothing left to do.
bool next_accounts(JobWork& work, JobProgress& progress)
{
    const Time now = system_now();
    Transaction transaction{work.database};
    const bool more = progress.expand(work.job.id, scope_moments(work.settings(), now), now);
    if (!more) progress.end_if_finished(work.job.id, now);
    transaction.commit();
    return more;
}

/// Skips those that cannot be asked; the others.
std::vector<WorkItem> askable(JobWork& work, JobProgress& progress, std::vector<WorkItem> items, bool asks_cn)
{
    const bool gives_proxies = gives_proxies_away(UpstreamFactsStore{work.database}.read().kind);
    std::vector<WorkItem> asked;
    std::optional<Transaction> transaction;
    for (WorkItem& item : items) {
        auto reason = reason_to_skip(item.account, asks_cn, gives_proxies);
        if (reason.empty()) {
            asked.push_back(std::move(item));
            continue;
        }
        if (!transaction) transaction.emplace(work.database);
        progress.end_item(item, {.state = ItemState::skipped, .result = std::move(reason)}, system_now());
    }
    if (transaction) transaction->commit();
    return asked;
}

}  // namespace

void sweep(JobWork& work, const Sweep& how)
{
    JobProgress progress{work.database};
    {
        const Time now = system_now();
        Transaction transaction{work.database};
        progress.begin(work.job, scope_moments(work.settings(), now), now);
        transaction.commit();
    }
    while (!work.stop.stop_requested()) {
        auto items = progress.pending(work.job.id, how.batch);
        if (items.empty()) {
            if (next_accounts(work, progress)) continue;
            break;
        }
        const bool asks_cn = how.asks_cn || work.settings().cn_points_enabled;
        const auto asked = askable(work, progress, std::move(items), asks_cn);
        if (asked.empty()) continue;
        const BatchEnd end = how.ask(asked);
        if (end.interrupted) return;
        if (end.given_up) {
            progress.end(work.job.id, JobState::failed, *end.given_up, system_now());
            while (progress.close_open_items(work.job.id, ItemState::failed, *end.given_up, system_now())) {
            }
            return;
        }
    }
    // The clock's own jobs would fill the table with successes; a person who started one wants to see them.
    const auto job = JobStore{work.database}.find(work.job.id);
    if (job && job->ended() && job->requested_by == asked_by_schedule)
        while (progress.forget_done_items(job->id)) {
        }
}

std::string token_of(const Account& account)
{
    return upstream_token(account.region, account.session_id.value_or(""), account.proxy_url.value_or(""));
}

std::vector<std::string> tokens_of(const std::vector<WorkItem>& items)
{
    std::vector<std::string> tokens;
    for (const WorkItem& item : items) tokens.push_back(token_of(item.account));
    return tokens;
}

void expire_session(Database& database, const Account& account, const Message& note, Time now)
{
    if (AccountUpkeep{database}.expire_session(account, note, now))
        JobStore{database}.queue_session_refresh(account.id, asked_by_engine, now);
}

void note_token_failure(Database& database, const WorkItem& item, const TokenFailure& failure, BatchEnd& end, Time now)
{
    switch (failure.fault) {
    case TokenFault::cancelled: end.interrupted = true; return;
    case TokenFault::not_offered: end.given_up = failure.reason; return;
    case TokenFault::session_expired:
        expire_session(database, item.account, reason_for(Verdict::session_expired), now);
        break;
    case TokenFault::failed:
    case TokenFault::not_known:
    case TokenFault::upstream: break;
    }
    JobProgress{database}.end_item(item, {.state = ItemState::failed, .error = failure.reason}, now);
}

}  // namespace dreamina
