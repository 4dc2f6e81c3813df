#pragma once
/// `leases` and `pool_state`: the requests in flight, and the pool's two counters.

#include <optional>
#include <span>
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
};

/// What a lease tells of its request to those who did not take it in.
struct LeasedRequest {
    RequestFacts facts;
    std::optional<Region> region;  ///< the account's
};

/// One that is to be added. Ids are known beforehand (PoolState), so that nothing waits for the database to tell them.
struct NewLease {
    LeaseId id = 0;
    AccountId account = 0;
    std::string model;
    std::string worker;
    Time reserved_at{};
    Time expires_at{};
    std::int64_t count_epoch = 0;
    int attempt = 1;  ///< of its request
    RequestFacts request = {};
    std::optional<KeyCall> key_call{};
};

/// As `leases` and `waiting` keep a KeyCall: in api_key_id and call_counted_at, empty for requests without a key.
std::optional<KeyCall> read_key_call(const Query& row);
/// The key that such a row has, by which its requests in flight are counted.
std::optional<ApiKeyId> stored_key(const std::optional<KeyCall>& key_call, const RequestFacts& request);

class LeaseStore {
public:
    explicit LeaseStore(Database& database) : database_(database) {}

    void add(std::span<const NewLease> leases);
    /// Those that have not been settled already.
    std::vector<LeaseRow> find(std::span<const LeaseId> leases);
    void remove(std::span<const LeaseId> leases);
    std::optional<LeasedRequest> request_of(LeaseId id);

    std::vector<LeaseId> expired(Time now);
    std::vector<LeaseId> of_worker(std::string_view worker);
    /// Workers that hold at least one lease.
    std::vector<std::string> workers();

    std::int64_t max_concurrency();
    void set_max_concurrency(std::int64_t limit);
    /// CN_POINTS_ENABLED, for all processes.
    void set_cn_points(bool matter);
    void begin_count_epoch();

private:
    Database& database_;
};

}  // namespace dreamina
