#pragma once
/// Works through a job's accounts in batches: what the jobs have in common that ask the upstream about tokens.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clients/upstream_tokens.hpp"
#include "job_work.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {

/// What a batch came to.
struct BatchEnd {
    bool interrupted = false;
    std::optional<Message> given_up;  ///< why there is no use in asking on
};

struct Sweep {
    std::int64_t batch = job_batch;
    bool asks_cn = false;  ///< whatever CN_POINTS_ENABLED says
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
void expire_session(Database& database, const Account& account, const Message& note, Time now);

inline JobProgress::ItemEnd item_done(Message result)
{
    return {.state = ItemState::done, .result = std::move(result)};
}
inline JobProgress::ItemEnd item_failed(Message error)
{
    return {.state = ItemState::failed, .error = std::move(error)};
}
inline JobProgress::ItemEnd item_skipped(Message why)
{
    return {.state = ItemState::skipped, .result = std::move(why)};
}

/// Writes a batch's answers in one transaction. `note(item, value, now)` does what an answer means for its account and
/// gives its item's end. The job is given up where the upstream failed for all of them.
template <class Answer, class Note>
BatchEnd write_answers(JobWork& work, const std::vector<WorkItem>& items, const std::vector<Answer>& answers, Note note)
{
    const Time now = system_now();
    BatchEnd end;
    std::size_t upstream_failures = 0;
    Transaction transaction{work.database};
    JobProgress progress{work.database};
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (answers[i]) {
            progress.end_item(items[i], note(items[i], *answers[i], now), now);
            continue;
        }
        upstream_failures += answers[i].error().fault == TokenFault::upstream;
        note_token_failure(work.database, items[i], answers[i].error(), end, now);
    }
    const bool lost = upstream_failures == items.size();
    if (lost) UpstreamFactsStore{work.database}.doubt(now);
    transaction.commit();
    if (lost) end.given_up = answers.front().error().reason;
    return end;
}

}  // namespace dreamina
