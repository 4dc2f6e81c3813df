#pragma once
/// A request that outlives its connection: what is known of it, and what its states are called. Never a prompt.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace dreamina {

/// The names are stored, and told to clients: append only.
enum class GenerationState {
    queued,       ///< not sent yet
    in_progress,  ///< from here on it may have been paid for, and is sent by nobody else
    completed,
    failed,
    cancelled
};

inline constexpr std::array all_generation_states{GenerationState::queued, GenerationState::in_progress,
                                                  GenerationState::completed, GenerationState::failed,
                                                  GenerationState::cancelled};

std::string_view to_string(GenerationState state);
std::optional<GenerationState> parse_generation_state(std::string_view text);

constexpr bool has_ended(GenerationState state)
{
    return state != GenerationState::queued && state != GenerationState::in_progress;
}

/// How its client asked for it, and is told of it. The names are stored: append only.
enum class GenerationShape {
    native,       ///< as the upstream has it
    openai_video  ///< at /v1/videos
};

std::string_view to_string(GenerationShape shape);
/// What is unknown is native.
GenerationShape parse_generation_shape(std::string_view text);

/// In front of the id where clients see it.
constexpr std::string_view generation_id_prefix = "gen_";
/// The id of a row as clients see it.
std::string public_generation_id(std::string_view id);
/// The id that a client wrote, with the prefix or as X-Dreamina-Request-Id has it; nothing if it can be none.
std::optional<std::string> parse_generation_id(std::string_view text);

/// error_code of one whose worker died after it was sent.
constexpr std::string_view outcome_unknown_code = "outcome_unknown";
/// … of one whose start was not to be later.
constexpr std::string_view start_timeout_code = "start_timeout";

/// Sent once nobody with the usual one (0) waits.
constexpr std::int64_t low_priority = -1;

struct Generation {
    std::string id;            ///< that of its request
    std::int64_t api_key = 0;  ///< 0: the administrator's password
    std::string method;
    std::string target;  ///< path and query, as it is sent on
    std::string content_type;
    std::string request_headers;  ///< JSON list of [name, value]; nothing secret
    std::string model;            ///< what it is counted under
    GenerationShape shape = GenerationShape::native;
    std::string meta;                      ///< JSON: model, seconds and size of an openai_video; else empty
    std::optional<std::string> body_file;  ///< nothing: whoever asked waits for it, so nobody else may send it
    std::int64_t body_bytes = 0;
    std::string body_hash;
    GenerationState state = GenerationState::queued;
    std::int64_t version = 1;  ///< grows with each change of what a client can see
    std::optional<std::string> worker;
    std::optional<Time> sent_at;
    std::int64_t attempts = 0;
    std::int64_t priority = 0;  ///< among those that wait; the higher first
    Time created_at{};
    std::optional<Time> start_by;
    std::optional<Time> ended_at;
    Time expires_at{};  ///< before its end: that much later than created_at, as if it had ended then
    std::optional<std::int64_t> status;
    std::string answer_headers;              ///< JSON list of [name, value]
    std::optional<std::string> answer_file;  ///< nothing: there is none, or it could not be kept
    std::int64_t answer_bytes = 0;
    std::string error_code;
    std::string outcome;
    std::optional<Time> cancel_at;       ///< nobody waits for it any more, though it runs
    std::optional<std::string> webhook;  ///< the address that its request named
    std::optional<std::string> retry_of;
};

/// Whether it is of this API key (0: the administrator's password). Nothing: the administrator asks, who sees all.
bool is_visible_to(const Generation& generation, const std::optional<std::int64_t>& api_key);
/// Which of two that wait is sent first: the one of higher priority, the older one of equal ones.
bool is_sent_before(const Generation& a, const Generation& b);
/// Whether the account may have been charged for one that did not complete.
bool may_have_been_paid(const Generation& generation);
/// Whether asking again makes sense, and costs nothing twice.
bool is_retryable(const Generation& generation);

}  // namespace dreamina
