#include "core/domain/generation.hpp"

#include <algorithm>

#include "core/base/time_ordered_id.hpp"
#include "core/domain/request_record.hpp"

namespace dreamina {

std::string_view to_string(GenerationState state)
{
    switch (state) {
    case GenerationState::queued: return "queued";
    case GenerationState::in_progress: return "in_progress";
    case GenerationState::completed: return "completed";
    case GenerationState::failed: return "failed";
    case GenerationState::cancelled: return "cancelled";
    }
    return "failed";
}

std::optional<GenerationState> parse_generation_state(std::string_view text)
{
    const auto found = std::find_if(all_generation_states.begin(), all_generation_states.end(),
                                    [&](GenerationState state) { return to_string(state) == text; });
    return found == all_generation_states.end() ? std::nullopt : std::optional{*found};
}

std::string_view to_string(GenerationShape shape)
{
    switch (shape) {
    case GenerationShape::native: return "native";
    case GenerationShape::openai_video: return "openai_video";
    }
    return "native";
}

GenerationShape parse_generation_shape(std::string_view text)
{
    return text == to_string(GenerationShape::openai_video) ? GenerationShape::openai_video : GenerationShape::native;
}

std::string public_generation_id(std::string_view id) { return std::string{generation_id_prefix}.append(id); }

std::optional<std::string> parse_generation_id(std::string_view text)
{
    if (text.starts_with(generation_id_prefix)) text.remove_prefix(generation_id_prefix.size());
    return is_time_ordered_id(text) ? std::optional{std::string{text}} : std::nullopt;
}

bool is_sent_before(const Generation& a, const Generation& b)
{
    return a.priority != b.priority ? a.priority > b.priority : a.id < b.id;
}

bool is_visible_to(const Generation& generation, const std::optional<std::int64_t>& api_key)
{
    return !api_key || generation.api_key == *api_key;
}

bool may_have_been_paid(const Generation& generation)
{
    if (!generation.sent_at) return false;
    const auto outcome = parse_request_outcome(generation.outcome);
    if (!outcome) return true;
    switch (*outcome) {
    case RequestOutcome::success:
    case RequestOutcome::interrupted:
    case RequestOutcome::upstream_failed:  // 524, and errors by which it may have been made, are among them
    case RequestOutcome::outcome_unknown: return true;
    default: return false;
    }
}

bool is_retryable(const Generation& generation)
{
    const auto outcome = parse_request_outcome(generation.outcome);
    const bool is_clients = outcome == RequestOutcome::content_refused || outcome == RequestOutcome::bad_parameters ||
                            outcome == RequestOutcome::key_refused;
    return generation.state == GenerationState::failed && !is_clients && !may_have_been_paid(generation);
}

}  // namespace dreamina
