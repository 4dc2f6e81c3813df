#pragma once
/// One request under /v1 that is forwarded: what it consists of, and the steps that it takes (forwarding.cpp). On the
/// loop's thread.

#include <memory>
#include <optional>
#include <vector>

#include "net/coroutine.hpp"
#include "proxy/generations/generation_run.hpp"
#include "proxy/request/attempt.hpp"
#include "proxy/request/final_answer.hpp"
#include "proxy/request/outgoing_request.hpp"
#include "proxy/results/result_capture.hpp"

namespace dreamina {

class V1Request {
public:
    /// `key`: that it came with, null for the administrator. `generation`: that it is; null: a plain request.
    V1Request(ProxyContext& context, std::shared_ptr<Exchange> exchange, std::shared_ptr<const ApiKey> key,
              std::shared_ptr<GenerationRun> generation);
    ~V1Request();
    V1Request(const V1Request&) = delete;
    V1Request& operator=(const V1Request&) = delete;

    bool client_is_gone() const { return exchange_->gone(); }
    bool was_sent() const { return !tried_.empty(); }

    /// Calls a function that reads the body, off the loop if that would wait for the disk.
    Completion read_body(void (OutgoingRequest::*read)());

    /// The answer if the key may not use it.
    std::optional<Reply> choose_model();
    /// Whether translate() must have read the body (OutgoingRequest::translate).
    bool translation_reads_body() { return outgoing_.plan_translation(context_.upstream_kind); }
    /// The answer if the key may not have the result.
    std::optional<Reply> translate();

    /// Of a generation: it becomes one, and whether it has.
    bool is_generation() const { return generation_ != nullptr; }
    Completion admission();
    bool is_admitted();
    /// Its answer is on the disk.
    Completion answer_kept() { return generation_->kept(); }
    /// It was cancelled, or its client has been told that it cannot be one.
    bool has_ended_elsewhere(const NoLease& reason);

    /// Asks for an account, and settles the attempt that has just ended. If the client goes meanwhile, that is logged,
    /// and either this is never resumed or with a lease that is to be given back.
    Callback<Reservation> reserve();
    void give_back(const Reservation& lease);
    /// Whether the booking of another request may make room any moment: in the pool, or among the key's. Once.
    bool may_find_room_soon(const NoLease& reason);
    Completion booking(const NoLease& reason);
    Callback<Refusal> explain(const NoLease& reason);

    Attempt new_attempt(Lease lease);
    Completion send(Attempt& attempt);
    /// Keeps what is to be settled of it, and its answer.
    void end_attempt(Attempt& attempt);
    bool may_try_another(const Attempt& attempt);

    /// Something of its answer may have to be stored.
    bool stores_results() const { return capture_ != nullptr; }
    /// The answer is whole, and its URLs lead to what is stored, where they are to.
    Completion links_replaced();
    /// What is to be stored and is not yet. The answer has been given.
    void store_results();

    /// The client gets the answer that there is.
    void give_answer() { answer_.give(); }
    void refuse(const Refusal& refusal) { answer_.refuse(refusal); }
    /// … before it could become a generation.
    void refuse_at_once(const Reply& reply);
    /// The client left while nothing was under way for it.
    void end_waiting();
    /// The last attempt. The request is logged with it, unless a slow client has not taken the end of its answer yet.
    void settle();
    Completion delivery();
    /// Unless that was done.
    void log();
    void log_client_gone();

private:
    const Settings& settings() const { return settings_->settings; }
    milliseconds time_left() const;
    void keep_for_retry(LeaseId lease);
    AnsweredResults answered_results() const;
    void listen_to_client(std::function<void()> drained, std::function<void()> gone);

    ProxyContext& context_;
    std::shared_ptr<Exchange> exchange_;
    std::shared_ptr<GenerationRun> generation_;         // null: a plain request
    std::optional<ApiKeyId> key_;                       // nothing for the administrator
    std::shared_ptr<const ResolvedSettings> settings_;  // as they were when the request came
    EventLoop::Clock::time_point deadline_;             // PROXY_TIMEOUT is for all attempts together
    OutgoingRequest outgoing_;
    std::shared_ptr<const Body> asked_body_;  // of a generation: as it came, until it has become one
    RequestNotes notes_;
    std::unique_ptr<ResultCapture> capture_;  // null: nothing is stored
    Relay relay_;
    FinalAnswer answer_;
    std::vector<AccountId> tried_;
    std::unique_ptr<Settlement> unsettled_;  // of the attempt that has just ended; large, so apart
    bool is_lost_ = false;                   // its client went after it was sent
    bool tried_once_more_ = false;
    bool waited_for_booking_ = false;
    bool are_results_stored_ = false;
    bool is_logged_ = false;
};

}  // namespace dreamina
