#include "core/domain/generation_object.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace dreamina {
namespace {

using Json = nlohmann::json;

std::int64_t unix_seconds(Time time) { return to_millis(time) / 1000; }

Json seconds_or_null(const std::optional<Time>& time) { return time ? Json(unix_seconds(*time)) : Json(nullptr); }

}  // namespace

std::string generation_failure(const Generation& generation)
{
    if (generation.error_code == outcome_unknown_code) return "the worker was lost after the request had been sent";
    return fmt::format("the generation failed: {}", generation.error_code);
}

std::string generation_object(const Generation& generation)
{
    const std::string id = public_generation_id(generation.id);
    const std::string url = "/v1/generations/" + id;
    Json object{{"id", id},
                {"object", "generation"},
                {"status", to_string(generation.state)},
                {"version", generation.version},
                {"model", generation.model},
                {"created_at", unix_seconds(generation.created_at)},
                {"started_at", seconds_or_null(generation.sent_at)},
                {"ended_at", seconds_or_null(generation.ended_at)},
                {"expires_at", unix_seconds(generation.expires_at)},
                {"attempts", generation.attempts},
                {"detached", generation.cancel_at.has_value() && generation.state != GenerationState::cancelled},
                {"poll_url", url},
                {"result_url", url + "/result"},
                {"events_url", url + "/events"},
                {"cancel_url", url + "/cancel"}};
    if (generation.state == GenerationState::failed)
        object["error"] = {{"code", generation.error_code},
                           {"message", generation_failure(generation)},
                           {"retryable", is_retryable(generation)},
                           {"may_have_been_paid", may_have_been_paid(generation)}};
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dreamina
