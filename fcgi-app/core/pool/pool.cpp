#include "core/pool/pool.hpp"

#include <algorithm>

#include "core/pool/pool_batch.hpp"
#include "core/storage/accounts/account_selection.hpp"
#include "core/storage/accounts/usage_store.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "core/storage/webhooks/generation_webhooks.hpp"

namespace dreamina {
namespace {

/// In the log, of an attempt whose end was not seen.
constexpr std::string_view abandoned_reason = "abandoned";

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

/// How a lease is settled whose worker is dead or says nothing.
Settlement abandonment_of(Database& database, LeaseId id, Time now)
{
    Settlement settlement{.lease = id, .verdict = Verdict::interrupted};
    LeaseStore leases{database};
    const auto found = leases.find({&id, 1});
    const auto request = leases.request_of(id);
    if (found.empty() || !request) return settlement;
    const LeaseRow& lease = found.front();
    const milliseconds took = std::max(now - lease.reserved_at, milliseconds{0});
    settlement.request = request->facts;
    settlement.attempt = {.region = request->region, .reason = std::string{abandoned_reason}, .took = took};
    settlement.request.upstream_took += took;
    settlement.end = abandoned_end(settlement.request, lease.attempt, now);
    return settlement;
}

}  // namespace

Reservation reserve(Database& database, const ModelRule& rule, std::string_view worker, Time now, Time expires_at,
                    std::span<const AccountId> tried, const RequestFacts& request,
                    const std::optional<KeyCall>& key_call)
{
    GatheredSums none;  // nothing is logged here
    PoolBatch batch{database, now, none};
    Reservation reservation = batch.reserve({.worker = std::string{worker},
                                             .rule = rule,
                                             .tried = {tried.begin(), tried.end()},
                                             .lease_for = expires_at - now,
                                             .key_call = key_call,
                                             .request = request});
    batch.write();
    return reservation;
}

bool settle(Database& database, const Settlement& settlement, Time now, GatheredSums& sums)
{
    PoolBatch batch{database, now, sums};
    const bool settled = batch.settle(settlement);
    batch.write();
    return settled;
}

bool settle(Database& database, const Settlement& settlement, Time now)
{
    GatheredSums sums;
    const bool settled = settle(database, settlement, now, sums);
    StatisticsStore{database}.add(sums);
    return settled;
}

bool give_back(Database& database, LeaseId lease, Time now)
{
    GatheredSums none;  // nothing is logged here
    PoolBatch batch{database, now, none};
    const bool given_back = batch.give_back(lease);
    batch.write();
    return given_back;
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
    add(GenerationStore{database}.workers());
    return all;
}

int settle_abandoned(Database& database, const std::vector<std::string>& dead_workers, Time now)
{
    GatheredSums sums;
    PoolBatch batch{database, now, sums};
    batch.remove_waiters_of(dead_workers);
    batch.write();
    LeaseStore leases{database};
    std::vector<LeaseId> abandoned = leases.expired(now);
    for (const std::string& worker : dead_workers) {
        const auto left_behind = leases.of_worker(worker);
        abandoned.insert(abandoned.end(), left_behind.begin(), left_behind.end());
    }
    batch.expect({.leases = abandoned, .keys = {}, .reservations = 0});
    int settled = 0;
    for (const LeaseId lease : abandoned) settled += batch.settle(abandonment_of(database, lease, now));
    batch.write();
    UnfinishedStore unfinished{database};
    for (const std::string& worker : dead_workers) {
        for (const UnfinishedRequest& request : unfinished.of_worker(worker)) {
            batch.log().add_end({.facts = request.facts,
                                 .model = request.model,
                                 .end = abandoned_end(request.facts, request.attempts, now),
                                 .last_attempt = std::nullopt});
            unfinished.remove(request.facts.id);
        }
    }
    batch.write();
    std::vector<GenerationChange> lost;
    for (std::string& id : GenerationStore{database}.abandon(dead_workers, now)) lost.push_back({.id = std::move(id)});
    add_webhook_events(database, lost, now);
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
