#pragma once
/// What an upstream's answer means, and what is known of an answer. Which answer means what is data: see
/// verdict_rules.json, and domain/verdict/verdict_rules for how it is applied.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/domain/upstream_kind.hpp"

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
    gateway_error,         ///< 502, 503 and the like: the upstream was not reached
    provider_unreachable,  ///< the upstream cannot reach its provider, or we cannot reach the upstream
    interrupted,           ///< timed out, or cut after the request was sent
    may_have_run,          ///< an error by which the generation may have been made, and paid for
    client_image,          ///< the picture that the client named cannot be had
    model_not_in_region,   ///< not offered where the account is
    account_proxy,         ///< the account's own proxy does not work
    provider_ill,          ///< the upstream's provider answers, but not as it should
    not_an_upstream,       ///< a redirect or a web page: something else stands at that address
};

inline constexpr std::array all_verdicts{
    Verdict::success,           Verdict::session_expired, Verdict::points_used_up, Verdict::content_refused,
    Verdict::bad_parameters,    Verdict::rate_limited,    Verdict::server_error,   Verdict::gateway_gave_up,
    Verdict::generation_failed, Verdict::request_failed,  Verdict::gateway_error,  Verdict::provider_unreachable,
    Verdict::interrupted,       Verdict::may_have_run,    Verdict::client_image,   Verdict::model_not_in_region,
    Verdict::account_proxy,     Verdict::provider_ill,    Verdict::not_an_upstream};

/// The names are stored: append only.
std::string_view to_string(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view text);

/// What is known of an answer when its start has arrived.
struct AnswerHead {
    int status = 0;                    ///< 0: none, as for a failure that is told in a stream
    std::optional<std::int64_t> code;  ///< top-level "code" of a JSON body (jimeng-api: negative for an error)
    std::string message;               ///< its top-level "message"
    std::string error;                 ///< top-level "error" where it is text (jimeng-api-go: "[CODE] message")
    bool empty_data = false;           ///< its top-level "data" is []
    std::string content_type;          ///< without parameters
    bool sent = true;                  ///< the request had gone to the upstream
    milliseconds took{};               ///< since then
    std::string proxy_url;             ///< the account's own proxy; empty without
    UpstreamKind upstream = UpstreamKind::unknown;  ///< as far as it has been found out
};

/// Whose answer it is: what only one of them writes counts before what was found out earlier.
UpstreamKind writer_of(const AnswerHead& answer);

}  // namespace dreamina
