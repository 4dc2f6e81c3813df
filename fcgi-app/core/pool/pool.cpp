#include "core/pool/pool.hpp"

#include <algorithm>

#include "core/domain/account/account_policy.hpp"
#include "core/pool/request_log.hpp"
#include "core/pool/circuit_breaker.hpp"
#include "core/pool/wait_queue.hpp"
#include "core/storage/log/answer_sample_store.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/stores/job_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/stores/refused_models.hpp"
#include "core/storage/log/request_store.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"
#include "core/storage/accounts/usage_store.hpp"
#include "core/storage/stores/verdict_rule_store.hpp"

namespace dreamina {
namespace {

/// Who asks for a session refresh that the engine found to be needed.
constexpr std::string_view engine = "engine";

/// In the log, of an attempt whose end was not seen.
constexpr std::string_view abandoned_reason = "abandoned";

void take_back_call(Database& database, const LeaseRow& lease)
{
    LeaseStore leases{database};
    if (lease.count_epoch != leases.count_epoch()) return;  // counted before the last reset
    const std::int64_t calls = UsageStore{database}.take_back(lease.account, lease.model);
    const auto applied = ModelStore{database}.applied_limit(lease.model);
    if (applied.limit_bit && applied.limit && calls < *applied.limit)
        AccountSelection{database}.set_exhausted(lease.account, *applied.limit_bit, false);
}

/// With no consequence for the account.
void end_use(Database& database, const LeaseRow& lease, Time now)
{
    AccountSelection{database}.settle(lease.account, {.verdict = Verdict::bad_parameters},
                                      LeaseStore{database}.max_concurrency(), now);
    CircuitBreaker{database}.forget_probe(lease.id, now);
}

int apply_limits(Database& database, const Settings& settings, bool also_unchanged)
{
    ModelStore models{database};
    AccountSelection selection{database};
    int changed = 0;
    for (const Model& model : models.all()) {
        const auto limit = daily_limit(model, settings);
        if (!limit || !model.limit_bit) continue;
        if (!also_unchanged && models.applied_limit(model.id).limit == limit) continue;
        selection.recompute_exhausted(model.id, *model.limit_bit, *limit);
        models.set_applied_limit(model.id, *limit);
        ++changed;
    }
    LeaseStore leases{database};
    if (leases.max_concurrency() != settings.account_max_concurrency) {
        selection.recompute_busy(settings.account_max_concurrency);
        leases.set_max_concurrency(settings.account_max_concurrency);
    }
    leases.set_cn_points(settings.cn_points_enabled);
    return changed;
}

void log_settled(Database& database, const Settlement& settlement, const std::optional<LeaseRow>& lease, Time now,
                 GatheredSums& sums)
{
    if (settlement.request.id.empty()) return;
    // A lease that others settled was logged by them. One that went with its account was not.
    if (!lease && RequestStore{database}.has(settlement.request.id)) return;
    AttemptRecord attempt = settlement.attempt;
    attempt.verdict = settlement.verdict;
    if (settlement.sample) attempt.sample_id = AnswerSampleStore{database}.keep(*settlement.sample, now);
    if (lease) {
        attempt.account = lease->account;
        attempt.number = lease->attempt;
        attempt.began_at = lease->reserved_at;
    }
    const std::string& model = lease ? lease->model : settlement.model;
    if (settlement.end) {
        log_end(database,
                {.facts = settlement.request, .model = model, .end = *settlement.end, .last_attempt = attempt}, sums);
    } else {
        log_attempt(database,
                    {.facts = settlement.request,
                     .worker = lease ? lease->worker : "",
                     .model = model,
                     .attempts = attempt.number},
                    attempt, sums);
    }
}

/// How a lease is settled whose worker is dead or says nothing.
Settlement abandonment_of(Database& database, LeaseId id, Time now)
{
    Settlement settlement{.lease = id, .verdict = Verdict::interrupted};
    LeaseStore leases{database};
    const auto lease = leases.find(id);
    const auto request = leases.request_of(id);
    if (!lease || !request) return settlement;
    const milliseconds took = std::max(now - lease->reserved_at, milliseconds{0});
    settlement.request = request->facts;
    settlement.attempt = {.region = request->region, .reason = std::string{abandoned_reason}, .took = took};
    settlement.request.upstream_took += took;
    settlement.end = abandoned_end(settlement.request, lease->attempt, now);
    return settlement;
}

}  // namespace

Reservation reserve(Database& database, const ModelRule& rule, std::string_view worker, Time now, Time expires_at,
                    std::span<const AccountId> tried, const RequestFacts& request,
                    const std::optional<KeyCall>& key_call)
{
    CircuitBreaker breaker{database};
    const BreakerDecision decision = breaker.admit(now);
    if (decision == BreakerDecision::refused)
        return tl::unexpected(NoLease{NoLease::Why::upstream_down, breaker.next_chance(now)});
    AccountSelection selection{database};
    UsageStore usage{database};
    LeaseStore leases{database};
    const bool closed = rule.daily_limit && *rule.daily_limit <= 0;
    std::optional<std::int64_t> limit = rule.daily_limit;
    while (!closed) {
        const auto candidate = selection.choose(rule, tried);
        if (!candidate) break;
        const auto calls = usage.count(candidate->id, rule.id, limit);
        // At its limit although its exhausted set did not say so: this was its last call, or the limit was lowered a
        // moment ago; or raised, and this worker does not know it yet.
        if (limit && (!calls || *calls >= *limit) && rule.limit_bit) {
            const auto applied = ModelStore{database}.applied_limit(rule.id);
            if (applied.limit_bit != rule.limit_bit) {
                if (!calls) break;
            } else if (applied.limit && *applied.limit > *limit) {
                limit = applied.limit;
            } else {
                selection.set_exhausted(candidate->id, *rule.limit_bit, true);
            }
        }
        if (!calls) continue;

        selection.mark_used(candidate->id, leases.next_step(), now);
        const LeaseId id = leases.add(candidate->id, rule.id, worker, now, expires_at, request,
                                      static_cast<int>(tried.size()) + 1, key_call);
        if (decision == BreakerDecision::probe) breaker.probe_is_sent(id, now);
        return Lease{.id = id,
                     .account = candidate->id,
                     .region = candidate->region,
                     .session_id = candidate->session_id,
                     .proxy_url = candidate->proxy_url,
                     .model = rule.id};
    }
    const bool busy = !closed && selection.any_busy(rule, tried);
    return tl::unexpected(NoLease{busy ? NoLease::Why::busy : NoLease::Why::none_eligible, std::nullopt});
}

bool settle(Database& database, const Settlement& settlement, Time now, GatheredSums& sums)
{
    const auto lease = LeaseStore{database}.take(settlement.lease);
    log_settled(database, settlement, lease, now, sums);
    if (!settlement.counted.empty())
        VerdictRuleStore{database}.count(settlement.counted, settlement.counted_verdict, now);
    if (!lease) return false;
    CircuitBreaker breaker{database};
    AccountSelection selection{database};
    if (lease->account_deleted) {
        if (!consequence_of(settlement.verdict).counts_as_use) take_back_call(database, *lease);
        end_use(database, *lease, now);
        return false;
    }
    const bool is_attributed = breaker.is_attributed_to_upstream(settlement.verdict);
    const Verdict verdict = is_attributed ? Verdict::provider_unreachable : settlement.verdict;
    if (!consequence_of(verdict).counts_as_use) take_back_call(database, *lease);
    const auto settled = selection.settle(lease->account,
                                          {.verdict = verdict,
                                           .ban_for = settlement.ban_for,
                                           .retry_after = settlement.retry_after,
                                           .rule_ban = is_attributed ? std::nullopt : settlement.rule_ban,
                                           .session_id = settlement.session_id},
                                          LeaseStore{database}.max_concurrency(), now);
    if (settled.refresh_due) JobStore{database}.queue_session_refresh(lease->account, engine, now);
    if (consequence_of(verdict).remembers_region && settlement.request.model_asked && settlement.attempt.region)
        RefusedModels{database}.remember(*settlement.request.model_asked, *settlement.attempt.region,
                                         now + region_memory, now);
    if (settlement.unreached || settlement.is_doubtful_upstream || settlement.verdict == Verdict::not_an_upstream)
        UpstreamFactsStore{database}.doubt(now);
    breaker.record({.request = settlement.request.id,
                    .origin = settlement.origin,
                    .lease = lease->id,
                    .sent_at = lease->reserved_at,
                    .account = lease->account,
                    .verdict = settlement.verdict,
                    .unreached = settlement.unreached,
                    .ban_until = settled.banned_until},
                   now);
    return true;
}

bool settle(Database& database, const Settlement& settlement, Time now)
{
    GatheredSums sums;
    const bool settled = settle(database, settlement, now, sums);
    StatisticsStore{database}.add(sums);
    return settled;
}

bool give_back(Database& database, LeaseId id, Time now)
{
    const auto lease = LeaseStore{database}.take(id);
    if (!lease) return false;
    take_back_call(database, *lease);
    if (lease->key_call) ApiKeyStore{database}.take_back_call(*lease->key_call);
    end_use(database, *lease, now);
    return true;
}

std::vector<std::string> workers_with_requests(Database& database)
{
    auto all = LeaseStore{database}.workers();
    const auto add = [&](std::vector<std::string> others) {
        for (std::string& worker : others)
            if (std::find(all.begin(), all.end(), worker) == all.end()) all.push_back(std::move(worker));
    };
    add(WaitingStore{database}.workers());
    add(UnfinishedStore{database}.workers());
    return all;
}

int settle_abandoned(Database& database, const std::vector<std::string>& dead_workers, Time now)
{
    GatheredSums sums;
    remove_waiters_of(database, dead_workers, now, sums);
    LeaseStore leases{database};
    std::vector<LeaseId> abandoned = leases.expired(now);
    for (const std::string& worker : dead_workers) {
        const auto left_behind = leases.of_worker(worker);
        abandoned.insert(abandoned.end(), left_behind.begin(), left_behind.end());
    }
    int settled = 0;
    for (const LeaseId lease : abandoned) settled += settle(database, abandonment_of(database, lease, now), now, sums);
    UnfinishedStore unfinished{database};
    for (const std::string& worker : dead_workers) {
        for (const UnfinishedRequest& request : unfinished.of_worker(worker)) {
            log_end(database,
                    {.facts = request.facts,
                     .model = request.model,
                     .end = abandoned_end(request.facts, request.attempts, now),
                     .last_attempt = std::nullopt},
                    sums);
            unfinished.remove(request.facts.id);
        }
    }
    StatisticsStore{database}.add(sums);
    return settled;
}

int apply_limits(Database& database, const Settings& settings) { return apply_limits(database, settings, false); }

void reset_counts(Database& database, const Settings& settings)
{
    LeaseStore{database}.begin_count_epoch();
    UsageStore{database}.reset_all();
    AccountSelection{database}.clear_exhausted();
    apply_limits(database, settings, true);  // a limit of 0 keeps everybody out from the first moment
}

}  // namespace dreamina
