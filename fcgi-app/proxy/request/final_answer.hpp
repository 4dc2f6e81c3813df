#pragma once
/// How a request ends, for its client and in the log: the last answer of the upstream's that came whole, untouched, or
/// our own word. On the loop's thread.

#include <memory>
#include <optional>

#include "core/pool/pool.hpp"
#include "net/coroutine.hpp"
#include "net/exchange.hpp"
#include "proxy/answer/upstream_answer.hpp"
#include "proxy/ineligibility_cache.hpp"
#include "proxy/relay.hpp"
#include "proxy/request_notes.hpp"
#include "proxy/upstream.hpp"

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
    /// All of them outlive it.
    FinalAnswer(const Exchange& exchange, const Settings& settings, const RequestNotes& notes, Relay& relay)
        : exchange_(exchange), settings_(settings), notes_(notes), relay_(relay)
    {
    }

    /// Remembers how an attempt ended. Takes its answer.
    void attempt_ended(Verdict verdict, TransferEnd end, std::optional<UpstreamAnswer> answer);
    /// The client left before the request was sent, or sent again.
    void client_left() { outcome_ = RequestOutcome::client_gone; }

    /// The upstream's answer, if it is what the client gets, is on its way but for its end.
    void begin();
    /// Gives the client the answer that there is.
    void give();
    /// It is an upstream's, and came whole.
    bool is_whole() const { return whole_.has_value() && end_ == TransferEnd::complete; }
    void refuse(const Refusal& refusal);

    RequestOutcome outcome() const { return outcome_; }
    /// For the log, with what the client has been sent by now.
    RequestEnd end() const;

private:
    std::optional<Reply> own_reply() const;
    void pass_on_whole();

    const Exchange& exchange_;
    const Settings& settings_;
    const RequestNotes& notes_;
    Relay& relay_;
    int attempts_ = 0;
    RequestOutcome outcome_ = RequestOutcome::client_gone;
    std::shared_ptr<const StoredEligibility> eligibility_;
    TransferEnd end_ = TransferEnd::complete;  // of the last attempt
    bool anything_sent_ = false;
    std::optional<UpstreamAnswer> whole_;  // the last one that came whole
};

}  // namespace dreamina
