#include "core/pool/pool_batch.hpp"

#include <algorithm>
#include <utility>

namespace dreamina {

PoolBatch::PoolBatch(Database& database, Time now, GatheredSums& sums)
    : database_(database),
      now_(now),
      state_(read_pool_state(database)),
      breaker_(database, state_.breaker, state_.has_upstream_failures),
      accounts_(database, state_.cn_points, state_.barred_bits),
      usage_(database),
      keys_(database),
      log_(database, sums)
{
}

void PoolBatch::expect(const Expected& expected)
{
    load_leases(expected.leases);
    if (!expected.keys.empty()) keys_.load(expected.keys);
    accounts_.expect(expected.reservations);
}

void PoolBatch::load_leases(std::span<const LeaseId> leases)
{
    std::vector<LeaseId> unknown;
    for (const LeaseId lease : leases)
        if (leases_.try_emplace(lease).second) unknown.push_back(lease);
    std::vector<AccountId> accounts;
    for (LeaseRow& row : LeaseStore{database_}.find(unknown)) {
        accounts.push_back(row.account);
        leases_[row.id] = std::move(row);
    }
    accounts_.load(accounts);
}

const LeaseRow* PoolBatch::find_lease(LeaseId lease)
{
    load_leases({&lease, 1});
    const auto& row = leases_[lease];
    return row ? &*row : nullptr;
}

std::optional<LeaseRow> PoolBatch::take_lease(LeaseId lease)
{
    load_leases({&lease, 1});
    auto row = std::exchange(leases_[lease], std::nullopt);
    if (!row) return std::nullopt;
    if (std::erase_if(begun_, [&](const NewLease& begun) { return begun.id == lease; }) == 0) ended_.push_back(lease);
    count_in_flight(row->key_call, -1);
    return row;
}

LeaseId PoolBatch::add_lease(AccountId account, const WaitingRequest& request)
{
    const LeaseId id = ++state_.last_lease;
    counters_changed_ = true;
    const auto key = stored_key(request.key_call, request.request);
    const int attempt = static_cast<int>(request.tried.size()) + 1;
    LeaseRow row{.id = id,
                 .account = account,
                 .model = request.rule.id,
                 .count_epoch = state_.count_epoch,
                 .reserved_at = now_,
                 .worker = request.worker,
                 .attempt = attempt,
                 .key_call = std::nullopt};
    if (key)
        row.key_call =
            KeyCall{.key = *key, .counted_at = request.key_call ? request.key_call->counted_at : std::nullopt};
    count_in_flight(row.key_call, 1);
    begun_.push_back({.id = id,
                      .account = account,
                      .model = request.rule.id,
                      .worker = request.worker,
                      .reserved_at = now_,
                      .expires_at = now_ + request.lease_for,
                      .count_epoch = state_.count_epoch,
                      .attempt = attempt,
                      .request = request.request,
                      .key_call = request.key_call});
    leases_[id] = std::move(row);
    return id;
}

void PoolBatch::count_in_flight(const std::optional<KeyCall>& key_call, int change)
{
    if (key_call) keys_.change_in_flight(key_call->key, change);
}

const ModelStore::AppliedLimit& PoolBatch::applied_limit(const std::string& model)
{
    const auto found = applied_limits_.find(model);
    if (found != applied_limits_.end()) return found->second;
    return applied_limits_.emplace(model, ModelStore{database_}.applied_limit(model)).first->second;
}

void PoolBatch::write()
{
    LeaseStore leases{database_};
    leases.remove(ended_);
    ended_.clear();
    usage_.write();
    accounts_.write(now_);
    leases.add(begun_);
    begun_.clear();
    WaitingStore waiting{database_};
    waiting.add(joined_);
    joined_.clear();
    waiting.give(given_);
    given_.clear();
    if (std::exchange(counters_changed_, false)) write_counters(database_, state_);
    keys_.write();
    log_.write();
}

}  // namespace dreamina
