#pragma once
/// What the request log is to know of one request on its way. On the loop's thread.

#include <memory>
#include <optional>

#include "core/base/log.hpp"
#include "core/domain/request_record.hpp"
#include "net/event_loop.hpp"
#include "net/exchange.hpp"

namespace dreamina {

class RequestNotes {
public:
    using Clock = EventLoop::Clock;

    /// Of a request that came just now, with the API key of that number if it was one. Its body is noted by its size
    /// only. `id`: of one that has one already; empty: it gets one.
    RequestNotes(const Request& request, std::uint64_t body_size, std::optional<std::int64_t> api_key,
                 const std::string& id = {});

    const RequestFacts& facts() const { return facts_; }
    const std::string& id() const { return facts_.id; }
    /// Whole in the program's log, where a client's X-Dreamina-Request-Id is searched for.
    NotSecret id_for_log() const { return {id()}; }

    /// What tells the client about its request's way, after so many attempts; never who served it.
    Headers trace_headers(int attempts) const;

    void asked_for(const std::optional<std::string>& model);
    void begin_attempt() { attempt_began_ = Clock::now(); }
    /// So far.
    milliseconds attempt_took() const
    {
        return std::chrono::duration_cast<milliseconds>(Clock::now() - attempt_began_);
    }
    /// Its time, which counts as the upstream's.
    milliseconds end_attempt();

    /// The end, with what the client has been sent by now.
    RequestEnd end(RequestOutcome outcome, const Exchange& exchange, int attempts,
                   std::shared_ptr<const StoredEligibility> eligibility = nullptr) const;

private:
    Clock::time_point began_ = Clock::now();
    Clock::time_point attempt_began_{};
    Clock::duration upstream_took_{};
    RequestFacts facts_;
};

}  // namespace dreamina
