#pragma once
/// What an upstream's answer means. To change a meaning, change a row of the tables in verdict.cpp.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

enum class Verdict {
    success,
    session_expired,
    points_used_up,
    content_refused,
    bad_parameters,
    rate_limited,
    server_error,
    gateway_gave_up,  ///< 524: the generation may still be running
    generation_failed,
    request_failed,        ///< the provider took the request for a robot's
    gateway_error,         ///< 502, 503, 504 and the like
    provider_unreachable,  ///< the upstream cannot reach its provider, or we cannot reach the upstream
    interrupted,           ///< timed out, or cut after the request was sent
};

inline constexpr std::array all_verdicts{
    Verdict::success,           Verdict::session_expired, Verdict::points_used_up, Verdict::content_refused,
    Verdict::bad_parameters,    Verdict::rate_limited,    Verdict::server_error,   Verdict::gateway_gave_up,
    Verdict::generation_failed, Verdict::request_failed,  Verdict::gateway_error,  Verdict::provider_unreachable,
    Verdict::interrupted};

/// The names are stored: append only.
std::string_view to_string(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view text);

/// What is known of an answer when its start has arrived.
struct AnswerHead {
    int status = 0;
    std::optional<std::int64_t> code;  ///< top-level "code" of a JSON body (jimeng-api: negative for an error)
    std::string message;               ///< its top-level "message"
    std::string error;                 ///< top-level "error" where it is text (jimeng-api-go: "[CODE] message")
};

/// Reads the meaning from status and body of both upstream dialects.
Verdict judge(const AnswerHead& answer);

}  // namespace dreamina
