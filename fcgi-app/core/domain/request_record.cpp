#include "core/domain/request_record.hpp"

#include <algorithm>

namespace dreamina {
namespace {

constexpr std::size_t max_code_length = 64;

}  // namespace

std::string_view to_string(RequestOutcome outcome)
{
    switch (outcome) {
    case RequestOutcome::success: return "success";
    case RequestOutcome::content_refused: return "content_refused";
    case RequestOutcome::bad_parameters: return "bad_parameters";
    case RequestOutcome::account_failed: return "account_failed";
    case RequestOutcome::upstream_failed: return "upstream_failed";
    case RequestOutcome::upstream_unreachable: return "upstream_unreachable";
    case RequestOutcome::interrupted: return "interrupted";
    case RequestOutcome::no_account: return "no_account";
    case RequestOutcome::busy: return "busy";
    case RequestOutcome::upstream_down: return "upstream_down";
    case RequestOutcome::database_unavailable: return "database_unavailable";
    case RequestOutcome::client_gone: return "client_gone";
    case RequestOutcome::key_refused: return "key_refused";
    case RequestOutcome::outcome_unknown: return "outcome_unknown";
    }
    return "unknown";
}

std::optional<RequestOutcome> parse_request_outcome(std::string_view text)
{
    const auto found = std::find_if(all_request_outcomes.begin(), all_request_outcomes.end(),
                                    [&](RequestOutcome outcome) { return to_string(outcome) == text; });
    return found == all_request_outcomes.end() ? std::nullopt : std::optional{*found};
}

RequestOutcome outcome_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::success: return RequestOutcome::success;
    case Verdict::content_refused: return RequestOutcome::content_refused;
    case Verdict::bad_parameters:
    case Verdict::client_image:
    case Verdict::model_not_in_region: return RequestOutcome::bad_parameters;
    case Verdict::session_expired:
    case Verdict::points_used_up:
    case Verdict::rate_limited:
    case Verdict::account_proxy: return RequestOutcome::account_failed;
    case Verdict::server_error:
    case Verdict::gateway_gave_up:
    case Verdict::generation_failed:
    case Verdict::request_failed:
    case Verdict::gateway_error:
    case Verdict::may_have_run:
    case Verdict::provider_ill:
    case Verdict::not_an_upstream: return RequestOutcome::upstream_failed;
    case Verdict::provider_unreachable: return RequestOutcome::upstream_unreachable;
    case Verdict::interrupted: break;
    }
    return RequestOutcome::interrupted;
}

std::string failure_code(std::optional<std::int64_t> code, std::string_view error)
{
    if (code) return std::to_string(*code);
    const auto end = error.find(']');
    if (!error.starts_with('[') || end == std::string_view::npos || end > max_code_length) return {};
    const std::string_view word = error.substr(1, end - 1);
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    return word.find_first_not_of(letters) == std::string_view::npos ? std::string{word} : std::string{};
}

}  // namespace dreamina
