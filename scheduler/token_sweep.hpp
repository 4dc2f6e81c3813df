#pragma once
/// Works through a job's accounts in batches: what the jobs have in common that ask the upstream about tokens.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clients/upstream_tokens.hpp"
#include "job_work.hpp"

namespace dreamina {

/// What a batch came to.
struct BatchEnd {
    bool interrupted = false;
    std::optional<std::string> given_up;  ///< why there is no use in asking on
};

struct Sweep {
    std::int64_t batch = job_batch;
    bool asks_cn = false;
    /// Asks for these accounts, and writes what comes in one transaction.
    std::function<BatchEnd(const std::vector<WorkItem>&)> ask;
};

void sweep(JobWork& work, const Sweep& how);

/// The token of an account that has a session.
std::string token_of(const Account& account);
std::vector<std::string> tokens_of(const std::vector<WorkItem>& items);

/// Within a transaction: what follows for an account, and its item's end, when the upstream did not tell what it was
/// asked. Nothing is written, and `end` says so, where the asking was interrupted.
void note_token_failure(Database& database, const WorkItem& item, const TokenFailure& failure, BatchEnd& end, Time now);

/// Takes the session out of the pool and queues its refresh.
void expire_session(Database& database, const Account& account, std::string_view note, Time now);

}  // namespace dreamina
