/// PoolBatch: what becomes of an account, and of its request's row in the log. What few settlements lead to (a refresh,
/// a sample, a region to remember, the breaker's notes) is written by itself.

#include <algorithm>

#include "core/domain/account/account_policy.hpp"
#include "core/pool/pool_batch.hpp"
#include "core/storage/accounts/account_selection.hpp"
#include "core/storage/log/answer_sample_store.hpp"
#include "core/storage/stores/job_store.hpp"
#include "core/storage/stores/refused_models.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"
#include "core/storage/stores/verdict_rule_store.hpp"

namespace dreamina {
namespace {

/// Who asks for a session refresh that the engine found to be needed.
constexpr std::string_view engine = "engine";

/// `is_attributed`: to the upstream, which is down; the account has no part in it.
Verdict verdict_for_account(const Settlement& settlement, bool is_attributed)
{
    return is_attributed ? Verdict::provider_unreachable : settlement.verdict;
}

}  // namespace

void PoolBatch::log_settled(const Settlement& settlement, const std::optional<LeaseRow>& lease)
{
    if (settlement.request.id.empty()) return;
    // A lease that others settled was logged by them. One that went with its account was not.
    if (!lease && log_.has(settlement.request.id)) return;
    AttemptRecord attempt = settlement.attempt;
    attempt.verdict = settlement.verdict;
    if (settlement.sample) attempt.sample_id = AnswerSampleStore{database_}.keep(*settlement.sample, now_);
    if (lease) {
        attempt.account = lease->account;
        attempt.number = lease->attempt;
        attempt.began_at = lease->reserved_at;
    }
    const std::string& model = lease ? lease->model : settlement.model;
    if (settlement.end) {
        log_.add_end(
            {.facts = settlement.request, .model = model, .end = *settlement.end, .last_attempt = std::move(attempt)});
    } else {
        log_.add_attempt({.facts = settlement.request,
                          .worker = lease ? lease->worker : "",
                          .model = model,
                          .attempts = attempt.number},
                         attempt);
    }
}

void PoolBatch::take_back_call(const LeaseRow& lease)
{
    if (lease.count_epoch != state_.count_epoch) return;  // counted before the last reset
    const std::int64_t calls = usage_.take_back(lease.account, lease.model);
    const auto& applied = applied_limit(lease.model);
    if (!applied.limit_bit || !applied.limit || calls >= *applied.limit) return;
    if (accounts_.find(lease.account) == nullptr) return;
    accounts_.change(lease.account, [&](PoolAccount& account) { set_exhausted(account, *applied.limit_bit, false); });
}

Settled PoolBatch::book_outcome(const LeaseRow& lease, const Settlement& settlement, bool is_attributed)
{
    if (accounts_.find(lease.account) == nullptr) return {};
    const Verdict verdict = verdict_for_account(settlement, is_attributed);
    const UseOutcome outcome{.verdict = verdict,
                             .ban_for = settlement.ban_for,
                             .retry_after = settlement.retry_after,
                             .rule_ban = is_attributed ? std::nullopt : settlement.rule_ban,
                             .has_session_still = consequence_of(verdict).expires_session &&
                                                  accounts_.session_of(lease.account) == settlement.session_id};
    return accounts_.change(lease.account, [&](PoolAccount& account) {
        return settle_use(account, outcome, {state_.max_concurrency, state_.cn_points}, now_);
    });
}

/// With no consequence for the account.
void PoolBatch::end_use(const LeaseRow& lease)
{
    book_outcome(lease, {.verdict = Verdict::bad_parameters}, false);
    breaker_.forget_probe(lease.id, now_);
}

void PoolBatch::report_to_breaker(const LeaseRow& lease, const Settlement& settlement, const Settled& settled)
{
    auto wronged = breaker_.record({.request = settlement.request.id,
                                    .origin = settlement.origin,
                                    .lease = lease.id,
                                    .sent_at = lease.reserved_at,
                                    .account = lease.account,
                                    .verdict = settlement.verdict,
                                    .unreached = settlement.unreached,
                                    .ban_until = settled.banned_until},
                                   now_);
    std::erase_if(wronged, [](const RecordedFailure& recorded) { return !recorded.was_error && !recorded.ban_until; });
    if (wronged.empty()) return;
    write();
    accounts_.forget();
    AccountSelection selection{database_};
    for (const RecordedFailure& recorded : wronged)
        selection.revert_bans(recorded.failure.account, recorded.ban_until, recorded.was_error, now_);
}

bool PoolBatch::settle(const Settlement& settlement)
{
    const auto lease = take_lease(settlement.lease);
    log_settled(settlement, lease);
    if (!settlement.counted.empty())
        VerdictRuleStore{database_}.count(settlement.counted, settlement.counted_verdict, now_);
    if (!lease) return false;
    const PoolAccount* account = accounts_.find(lease->account);
    const bool account_deleted = account == nullptr || account->is_deleted;
    const bool is_attributed = !account_deleted && breaker_.is_attributed_to_upstream(settlement.verdict);
    const Consequence& consequence = consequence_of(verdict_for_account(settlement, is_attributed));
    if (!consequence.counts_as_use) take_back_call(*lease);
    if (account_deleted) {
        end_use(*lease);
        return false;
    }
    const Settled settled = book_outcome(*lease, settlement, is_attributed);
    if (settled.refresh_due) JobStore{database_}.queue_session_refresh(lease->account, engine, now_);
    if (consequence.remembers_region && settlement.request.model_asked && settlement.attempt.region)
        RefusedModels{database_}.remember(*settlement.request.model_asked, *settlement.attempt.region,
                                          now_ + region_memory, now_);
    if (settlement.unreached || settlement.is_doubtful_upstream || settlement.verdict == Verdict::not_an_upstream)
        UpstreamFactsStore{database_}.doubt(now_);
    report_to_breaker(*lease, settlement, settled);
    return true;
}

bool PoolBatch::give_back(LeaseId id)
{
    const auto lease = take_lease(id);
    if (!lease) return false;
    take_back_call(*lease);
    if (lease->key_call) keys_.take_back_call(*lease->key_call);
    end_use(*lease);
    return true;
}

}  // namespace dreamina
