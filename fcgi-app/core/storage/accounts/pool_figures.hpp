#pragma once
/// The pool in figures, for /metrics and /api/health: sums over all accounts, requests and jobs. Reads only; within a
/// Snapshot they are all of one moment. They look at every account, so not many times a second.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/account/account.hpp"
#include "core/domain/job.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct AccountGroup {
    Region region = Region::us;
    AccountStatus status = AccountStatus::active;
    std::int64_t accounts = 0;
    double points = 0;
};
/// By region and status; those without an account are left out.
std::vector<AccountGroup> account_groups(Database& database);

/// Active accounts that have reached the daily limit of some model.
std::int64_t accounts_at_limit(Database& database);

/// Who could serve a model now, and how much of it before its daily limit.
struct ModelCapacity {
    std::int64_t accounts = 0;          ///< in the pool, with the region and the points, below the limit, not busy
    std::optional<std::int64_t> calls;  ///< left for them and for the busy ones; nothing for a model without a limit
    std::int64_t used = 0;              ///< calls of all accounts since the last daily reset
};

/// All of the catalogue's models at once: one look at the accounts and one at their usage.
class PoolCapacity {
public:
    explicit PoolCapacity(Database& database);

    /// `model`'s limit bit and daily limit as they are in force.
    ModelCapacity of(const Model& model, const Settings& settings) const;
    /// Calls since the last daily reset of models that are not in the catalogue.
    std::int64_t used_by_others() const { return used_by_others_; }

private:
    struct Usage {
        std::optional<std::int64_t> pool_class;
        std::int64_t calls = 0;
    };
    std::map<std::int64_t, std::int64_t> accounts_;  // by serving_class_sql
    std::map<std::string, std::vector<Usage>, std::less<>> usage_;
    std::int64_t used_by_others_ = 0;
};

/// Requests at the upstream by model; "" for all that are not in the catalogue.
std::map<std::string, std::int64_t> in_flight_by_model(Database& database);
/// Requests that wait for an account.
std::int64_t waiting_requests(Database& database);

struct OpenJobs {
    JobKind kind = JobKind::registration;
    JobState state = JobState::queued;
    std::int64_t jobs = 0;
};
/// Those that wait or run.
std::vector<OpenJobs> open_jobs(Database& database);
/// Jobs that failed since then, by kind.
std::map<JobKind, std::int64_t> failed_jobs(Database& database, Time since);

/// Uses of accounts so far, of all time: another number means that there was traffic meanwhile.
std::int64_t uses_so_far(Database& database);

}  // namespace dreamina
