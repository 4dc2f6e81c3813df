#pragma once
/// `jobs`: work that the API queues and the scheduler runs.

#include <optional>
#include <string>
#include <string_view>

#include "domain/account.hpp"
#include "storage/database.hpp"

namespace dreamina {

using JobId = std::int64_t;

struct Job {
    JobId id = 0;
    std::string kind;   ///< "register", "session_refresh"
    std::string state;  ///< "queued", "running", "done", "failed", "cancelled"
    std::optional<AccountId> account;
    std::int64_t wanted = 1;
    std::string requested_by;
    std::optional<std::string> error;
    std::optional<AccountId> result_account;
    Time created_at{};
    Time updated_at{};

    bool ended() const { return state != "queued" && state != "running"; }
};

class JobStore {
public:
    explicit JobStore(Database& database) : database_(database) {}

    Job queue_registration(std::int64_t wanted, std::string_view requested_by, Time now);

    /// The job that already waits or runs for this account, or a new one. Within a write transaction.
    Job queue_session_refresh(AccountId account, std::string_view requested_by, Time now);

    std::optional<Job> find(JobId id);

private:
    Database& database_;
};

}  // namespace dreamina
