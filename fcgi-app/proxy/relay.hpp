#pragma once
/// The way back to one client: the upstream's answer as it comes, or as the client is to be told it. On the loop's
/// thread.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/inflate.hpp"
#include "proxy/answer/data_limit.hpp"
#include "proxy/request_notes.hpp"
#include "proxy/answer/upstream_answer.hpp"
#include "proxy/results/result_capture.hpp"
#include "net/event_loop.hpp"
#include "net/exchange.hpp"

namespace dreamina {

class Relay {
public:
    /// All of them outlive it.
    Relay(EventLoop& loop, Exchange& exchange, const RequestNotes& notes)
        : loop_(loop), exchange_(exchange), notes_(notes)
    {
    }
    ~Relay() { stop_blanks(); }
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    /// Sends a blank whenever nothing has been sent for so long, until the answer begins: what stands between would
    /// give the connection up. For answers that are JSON, before which a blank means nothing. The first blank is also
    /// the answer's head, so its status is 200 from then on.
    void keep_alive(std::chrono::seconds every);

    /// Whoever waited has gone; the answer goes to another, who has had no blanks.
    void stop_keep_alive()
    {
        stop_blanks();
        sent_blanks_ = false;
    }

    /// The answer is to hold no more pictures.
    void limit_pictures(std::int64_t max_pictures) { pictures_ = max_pictures; }

    /// What of the answer is to be stored is taken from it. Outlives this.
    void capture_results(ResultCapture& capture) { capture_ = &capture; }

    /// Whether the answer itself has begun to reach the client.
    bool started() const { return started_; }

    /// Begins to send the upstream's answer on. Takes its headers.
    void start(UpstreamAnswer& answer, const Headers& trace_headers);
    void pass_on(std::string_view piece);
    void finish();
    /// So that the client sees that the answer is not whole.
    void abort();

    /// An answer of ours instead.
    void give(Reply reply, const Headers& trace_headers);

private:
    static constexpr int ok = 200;

    void arm();
    void send_blank();
    void stop_blanks();
    void read_as(UpstreamAnswer& answer, Headers& headers);
    void send(std::string_view piece);
    void write(std::string_view piece);
    void release_captured();

    EventLoop& loop_;
    Exchange& exchange_;
    const RequestNotes& notes_;
    std::chrono::seconds blank_every_{};
    std::optional<EventLoop::TimerId> blank_timer_;
    bool sent_blanks_ = false;
    std::optional<std::int64_t> pictures_;
    ResultCapture* capture_ = nullptr;  // null: nothing is stored of this answer

    bool started_ = false;
    bool is_lost_ = false;  // the client has been promised another kind of answer
    std::optional<Inflater> inflater_;
    std::optional<DataLimit> limit_;
};

}  // namespace dreamina
