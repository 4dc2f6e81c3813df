#pragma once
/// One answer of the upstream's as far as it has come, and what is known of it for a verdict.

#include <optional>

#include "proxy/answer/event_scan.hpp"
#include "proxy/answer/held_answer.hpp"

namespace dreamina {

struct UpstreamAnswer {
    UpstreamAnswer(int upstream_status, Headers upstream_headers);

    /// Of what has come so far; what only the request's sender knows is left out.
    AnswerHead facts() const;

    /// A good status with a body that we cannot read: a generation may have run, or not.
    bool tells_nothing() const;

    int status;
    Headers headers;
    HeldAnswer held;
    std::optional<Verdict> verdict = {};  ///< once it has ended
    std::optional<EventScan> events;      ///< of a stream that passes on as it comes, and is judged by what it told
};

/// The upstream's own code for a failure, fit for the log; empty if it gave none.
std::string failure_code(const AnswerHead& facts);

}  // namespace dreamina
