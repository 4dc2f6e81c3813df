#pragma once
/// How a request ends, for its client and in the log: the last answer of the upstream's that came whole, untouched, or
/// our own word. On the loop's thread.

#include <memory>
#include <optional>

#include "core/pool/write_queue.hpp"
#include "net/coroutine.hpp"
#include "net/exchange.hpp"
#include "proxy/answer/upstream_answer.hpp"
#include "proxy/ineligibility_cache.hpp"
#include "proxy/relay.hpp"
#include "proxy/request_notes.hpp"

namespace dreamina {

/// An answer of ours to a request that no account was asked for.
struct Refusal {
    RequestOutcome outcome = RequestOutcome::no_account;
    Reply reply;
    std::shared_ptr<const StoredEligibility> eligibility = nullptr;  ///< why no account could serve it
};

/// Why there is no lease, as the client is told it. What is passed by reference outlives the wait.
Callback<Refusal> explain(const NoLease& reason, const ModelRule& rule,
                          std::shared_ptr<const ResolvedSettings> settings, IneligibilityCache& cache);

class FinalAnswer {
public:
    /// All that are passed by reference outlive it. `rule`: that the request counts under; looked at when it ends.
    FinalAnswer(WriteQueue& write_queue, const Exchange& exchange, const Settings& settings, const RequestNotes& notes,
                const ModelRule& rule, Relay& relay)
        : write_queue_(write_queue), exchange_(exchange), settings_(settings), notes_(notes), rule_(rule), relay_(relay)
    {
    }

    /// Remembers how an attempt ended. Takes its answer.
    void attempt_ended(Verdict verdict, TransferEnd end, std::optional<UpstreamAnswer> answer);

    /// What tells the client about its request's way, after so many attempts; never who served it.
    Headers trace_headers(std::size_t attempts) const;

    /// Of a request that ends with the attempt that has just ended: what its settlement is to log of it.
    RequestEnd end_with_attempt();
    /// Gives the client the answer that there is.
    void give();
    /// The same where no other account was left to try; logs it.
    void log_and_give();

    void refuse(const Refusal& refusal);
    void log_client_gone();

private:
    std::optional<Reply> own_reply() const;
    RequestNotes::Seen seen() const;
    RequestNotes::Seen seen(const Reply& reply) const;
    void log_end(RequestOutcome outcome, const RequestNotes::Seen& seen,
                 std::shared_ptr<const StoredEligibility> eligibility = nullptr);

    WriteQueue& write_queue_;
    const Exchange& exchange_;
    const Settings& settings_;
    const RequestNotes& notes_;
    const ModelRule& rule_;
    Relay& relay_;
    std::size_t attempts_ = 0;
    Verdict verdict_ = Verdict::success;  // of the last attempt, as the next
    TransferEnd end_ = TransferEnd::complete;
    bool anything_sent_ = false;
    int started_status_ = 0;               // of an answer that has begun to reach the client
    std::optional<UpstreamAnswer> whole_;  // the last one that came whole
};

}  // namespace dreamina
