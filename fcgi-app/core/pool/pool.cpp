#include "pool/pool.hpp"

#include "domain/account_policy.hpp"
#include "storage/job_store.hpp"
#include "storage/model_store.hpp"
#include "storage/usage_store.hpp"

namespace dreamina {
namespace {

/// Who asks for a session refresh that the engine found to be needed.
constexpr std::string_view engine = "engine";

void take_back_call(Database& database, const LeaseRow& lease)
{
    LeaseStore leases{database};
    if (lease.count_epoch != leases.count_epoch()) return;  // counted before the last reset
    const std::int64_t calls = UsageStore{database}.take_back(lease.account, lease.model);
    const auto applied = ModelStore{database}.applied_limit(lease.model);
    if (applied.limit_bit && applied.limit && calls < *applied.limit)
        AccountSelection{database}.set_exhausted(lease.account, *applied.limit_bit, false);
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
    return changed;
}

}  // namespace

Reservation reserve(Database& database, const ModelRule& rule, std::string_view worker, Time now, Time expires_at,
                    std::span<const AccountId> tried)
{
    AccountSelection selection{database};
    UsageStore usage{database};
    LeaseStore leases{database};
    const bool closed = rule.daily_limit && *rule.daily_limit <= 0;
    while (!closed) {
        const auto candidate = selection.choose(rule, tried);
        if (!candidate) break;
        const auto calls = usage.count(candidate->id, rule.id, rule.daily_limit);
        // At its limit although its exhausted set did not say so: the limit was lowered a moment ago.
        const bool full = rule.daily_limit && (!calls || *calls >= *rule.daily_limit);
        if (full && rule.limit_bit) selection.set_exhausted(candidate->id, *rule.limit_bit, true);
        if (!calls) continue;

        selection.mark_used(candidate->id, leases.next_sequence(), now);
        return Lease{.id = leases.add(candidate->id, rule.id, worker, now, expires_at),
                     .account = candidate->id,
                     .region = candidate->region,
                     .session_id = candidate->session_id,
                     .proxy_url = candidate->proxy_url,
                     .model = rule.id};
    }
    return std::nullopt;
}

bool settle(Database& database, const Settlement& settlement, Time now)
{
    const auto lease = LeaseStore{database}.take(settlement.lease);
    if (!lease) return false;
    if (!consequence_of(settlement.verdict).counts_as_use) take_back_call(database, *lease);
    const bool refresh_due = AccountSelection{database}.settle(
        lease->account,
        {.verdict = settlement.verdict, .ban_until = now + settlement.ban_for, .session_id = settlement.session_id},
        now);
    if (refresh_due) JobStore{database}.queue_session_refresh(lease->account, engine, now);
    return true;
}

bool give_back(Database& database, LeaseId id, Time now)
{
    const auto lease = LeaseStore{database}.take(id);
    if (!lease) return false;
    take_back_call(database, *lease);
    // The verdict with no consequence but the end of the lease.
    AccountSelection{database}.settle(lease->account, {.verdict = Verdict::bad_parameters}, now);
    return true;
}

int settle_abandoned(Database& database, const std::vector<std::string>& dead_workers, Time now)
{
    LeaseStore leases{database};
    std::vector<LeaseId> abandoned = leases.expired(now);
    for (const std::string& worker : dead_workers) {
        const auto left_behind = leases.of_worker(worker);
        abandoned.insert(abandoned.end(), left_behind.begin(), left_behind.end());
    }
    int settled = 0;
    for (const LeaseId lease : abandoned)
        settled += settle(database, {.lease = lease, .verdict = Verdict::interrupted}, now);
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
