#pragma once
/// One try at a request: sent to the upstream with one account's session, its answer held or passed on, and judged.

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "core/pool/pool.hpp"
#include "net/exchange.hpp"
#include "proxy/answer/upstream_answer.hpp"
#include "proxy/request/outgoing_request.hpp"
#include "proxy/proxy_context.hpp"
#include "proxy/relay.hpp"
#include "proxy/request_notes.hpp"

namespace dreamina {

/// A failure is held back, since another account may follow; everything else passes on to the client at once, and is
/// judged before: nothing that comes later changes that, but in a stream of events, which is judged by what it told.
class Attempt : public TransferListener {
public:
    /// What all attempts of a request share. Outlives them.
    struct Shared {
        ProxyContext& context;
        Exchange& exchange;
        const OutgoingRequest& outgoing;
        const Settings& settings;
        RequestNotes& notes;
        Relay& relay;
    };

    /// `number`: from 1.
    Attempt(Shared shared, Lease lease, int number) : shared_(shared), lease_(std::move(lease)), number_(number) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    /// Sends it. `ended` is called once, after the last that happens here: it may destroy this.
    void start(std::chrono::milliseconds timeout, std::function<void()> ended);
    /// More of the answer can be taken, or its reader is gone.
    void resume();

    /// Once it has ended.
    TransferEnd end() const { return end_; }
    Verdict verdict() const { return judgement_->verdict; }
    milliseconds took() const { return took_; }
    const Lease& lease() const { return lease_; }
    /// What came of an answer, if its head did.
    std::optional<UpstreamAnswer> take_answer() { return std::move(answer_); }
    /// For the account. Its `end` is left to the caller, which knows whether the request ends with it.
    Settlement settlement() const;

    void on_head(int status, Headers headers) override;
    bool on_body(std::string_view piece) override;
    void on_end(TransferEnd end) override;

private:
    void start_answer();
    void pass_on(std::string_view piece);
    Judgement judgement_of_answer() const;
    Judgement judgement_of_end();
    bool may_have_fetched() const;
    bool lacks_route() const;
    std::string reason() const;
    std::string origin() const;

    Shared shared_;
    Lease lease_;
    int number_;
    std::function<void()> ended_;
    Transfer* transfer_ = nullptr;  // while it runs
    std::optional<UpstreamAnswer> answer_;
    std::optional<Judgement> judgement_;  // at the end, or once the answer has begun to reach the client
    TransferEnd end_ = TransferEnd::complete;
    Time began_at_{};
    milliseconds took_{};
};

}  // namespace dreamina
