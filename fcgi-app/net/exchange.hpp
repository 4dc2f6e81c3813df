#pragma once
/// One request and the answer to it. Lives on the event loop's thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/request.hpp"

namespace dreamina {

/// The most of an answer that is held for a slow reader. Above it, the producer pauses.
constexpr std::size_t max_backlog = 192 * 1024;
/// Where the producer goes on again.
constexpr std::size_t small_backlog = 64 * 1024;

/// Where an answer goes: a connection, or a record of what was said in tests.
class AnswerSink {
public:
    virtual ~AnswerSink() = default;
    virtual void send(std::string_view bytes) = 0;
    /// The answer is whole. False: a slow reader has not taken all of it. Then `tell_delivered` or `tell_gone` follows.
    virtual bool end() = 0;
    /// Cuts the connection, so that the client sees that the answer is not whole.
    virtual void cut() = 0;
    virtual std::size_t backlog() const = 0;
};

class Exchange {
public:
    Exchange(Request request, AnswerSink* sink) : request_(std::move(request)), sink_(sink) {}

    const Request& request() const { return request_; }
    /// For parts of the request that are wanted no more (a large body) or that are to be worked off elsewhere.
    Request& mutable_request() { return request_; }

    /// Status and headers; once. Nothing is sent to a client that is gone.
    void start(int status, const Headers& headers);
    void write(std::string_view bytes);
    void finish();
    void abort();

    bool started() const { return status_.has_value(); }
    /// Nothing that is written reaches the client: it has gone, or has its answer.
    bool gone() const { return sink_ == nullptr; }
    std::size_t backlog() const { return sink_ == nullptr ? 0 : sink_->backlog(); }
    bool backlogged() const { return sink_ != nullptr && sink_->backlog() > max_backlog; }

    /// Called when a backlog has been worked off to `small_backlog`, and when the client has gone.
    void on_drained(std::function<void()> call) { drained_ = std::move(call); }
    void on_gone(std::function<void()> call) { gone_call_ = std::move(call); }

    /// What has been sent so far: the status, if any answer has begun, and how much of the body.
    std::optional<int> status() const { return status_; }
    std::uint64_t body_bytes() const { return body_bytes_; }

    /// After finish(): a slow reader has not taken all of the answer yet. `call`: when it has, or has gone.
    bool is_lingering() const { return is_lingering_; }
    void on_delivered(std::function<void()> call) { delivered_call_ = std::move(call); }
    /// The client went before it had the whole answer.
    bool was_left() const { return was_left_; }

    /// Its client has gone without any of an answer, but for blanks: what is written from now on, from its head on,
    /// goes there.
    void redirect(AnswerSink& sink)
    {
        sink_ = &sink;
        status_.reset();
    }

    /// For the connection only.
    void tell_drained();
    void tell_delivered();
    void tell_gone();

private:
    void let_go();

    Request request_;
    AnswerSink* sink_;  // not owned; null once the answer is finished or the client has gone
    std::optional<int> status_;
    std::uint64_t body_bytes_ = 0;
    bool is_lingering_ = false;
    bool was_left_ = false;
    std::function<void()> drained_;
    std::function<void()> gone_call_;
    std::function<void()> delivered_call_;
};

/// A whole answer at once.
struct Reply {
    int status = 200;
    Headers headers;
    std::string body;
};
void answer(Exchange& exchange, const Reply& reply);

}  // namespace dreamina
