#pragma once
/// `leases` and `pool_state`: the requests in flight, and the pool's two counters.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/account/account.hpp"
#include "core/domain/api_key.hpp"
#include "core/domain/request_record.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

using LeaseId = std::int64_t;

struct LeaseRow {
    LeaseId id = 0;
    AccountId account = 0;
    std::string model;
    std::int64_t count_epoch = 0;
    Time reserved_at{};
    std::string worker;
    int attempt = 1;  ///< of its request
    std::optional<KeyCall> key_call;
    bool account_deleted = false;  ///< meanwhile
};

/// What a lease tells of its request to those who did not take it in.
struct LeasedRequest {
    RequestFacts facts;
    std::optional<Region> region;  ///< the account's
};

/// What a use needs to know of the pool as a whole.
struct UseStep {
    std::int64_t sequence = 0;         ///< its place in the order of use
    std::int64_t max_concurrency = 0;  ///< requests that an account may have in flight; 0: no limit
};

/// As `leases` and `waiting` keep a KeyCall: in api_key_id and call_counted_at, empty for requests without a key.
std::optional<KeyCall> read_key_call(const Query& row);

class LeaseStore {
public:
    explicit LeaseStore(Database& database) : database_(database) {}

    LeaseId add(AccountId account, std::string_view model, std::string_view worker, Time now, Time expires_at,
                const RequestFacts& request = {}, int attempt = 1,
                const std::optional<KeyCall>& key_call = std::nullopt);

    /// Removes the lease and tells what it was; nothing if it has been settled already.
    std::optional<LeaseRow> take(LeaseId id);
    std::optional<LeaseRow> find(LeaseId id);
    std::optional<LeasedRequest> request_of(LeaseId id);

    std::vector<LeaseId> expired(Time now);
    std::vector<LeaseId> of_worker(std::string_view worker);
    /// Workers that hold at least one lease.
    std::vector<std::string> workers();

    UseStep next_step();
    std::int64_t max_concurrency();
    void set_max_concurrency(std::int64_t limit);
    /// CN_POINTS_ENABLED, for all processes.
    void set_cn_points(bool matter);
    std::int64_t count_epoch();
    void begin_count_epoch();

private:
    Database& database_;
};

}  // namespace dreamina
