#include "proxy/request_notes.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/time_ordered_id.hpp"
#include "core/domain/model_catalog.hpp"

namespace dreamina {
namespace {

/// Longer ones are no route of the upstream's.
constexpr std::size_t max_path_length = 200;
constexpr std::size_t max_method_length = 32;

/// Printable ASCII: what a client sends need not be text.
std::string printable(std::string_view text, std::size_t max_length)
{
    std::string kept{text.substr(0, max_length)};
    std::replace_if(
        kept.begin(), kept.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return kept;
}

milliseconds in_millis(RequestNotes::Clock::duration took) { return std::chrono::floor<milliseconds>(took); }

}  // namespace

RequestNotes::RequestNotes(const Request& request, std::uint64_t body_size, std::optional<std::int64_t> api_key,
                           const std::string& id)
{
    facts_.api_key = api_key;
    facts_.began_at = system_now();
    facts_.id = id.empty() ? new_time_ordered_id(facts_.began_at) : id;
    facts_.method = printable(request.method, max_method_length);
    facts_.path = printable(request.path, max_path_length);
    facts_.bytes_in = static_cast<std::int64_t>(body_size);
}

Headers RequestNotes::trace_headers(int attempts) const
{
    return {{"X-Dreamina-Request-Id", id()}, {"X-Dreamina-Attempts", std::to_string(attempts)}};
}

void RequestNotes::asked_for(const std::optional<std::string>& model)
{
    if (model && model->size() <= max_model_name_length && is_valid_utf8(*model) && !has_control_characters(*model))
        facts_.model_asked = model;
}

milliseconds RequestNotes::end_attempt()
{
    const auto took = Clock::now() - attempt_began_;
    upstream_took_ += took;
    facts_.upstream_took = in_millis(upstream_took_);
    return in_millis(took);
}

RequestEnd RequestNotes::end(RequestOutcome outcome, const Exchange& exchange, int attempts,
                             std::shared_ptr<const StoredEligibility> eligibility) const
{
    return {.outcome = outcome,
            .status = exchange.status(),
            .client_gone = exchange.was_left(),
            .bytes_out = static_cast<std::int64_t>(exchange.body_bytes()),
            .took = in_millis(Clock::now() - began_),
            .upstream_took = facts_.upstream_took,
            .attempts = attempts,
            .eligibility = std::move(eligibility)};
}

}  // namespace dreamina
