#include "core/domain/verdict/verdict.hpp"

#include <algorithm>

namespace dreamina {
namespace {

/// "[CODE] words", at the very beginning: what follows may quote a client.
bool begins_with_code(std::string_view error)
{
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    if (!error.starts_with('[')) return false;
    const std::size_t end = error.find_first_not_of(letters, 1);
    return end != std::string_view::npos && end > 1 && error[end] == ']';
}

}  // namespace

std::string_view to_string(Verdict verdict)
{
    switch (verdict) {
    case Verdict::success: return "success";
    case Verdict::session_expired: return "session_expired";
    case Verdict::points_used_up: return "points_used_up";
    case Verdict::content_refused: return "content_refused";
    case Verdict::bad_parameters: return "bad_parameters";
    case Verdict::rate_limited: return "rate_limited";
    case Verdict::server_error: return "server_error";
    case Verdict::gateway_gave_up: return "gateway_gave_up";
    case Verdict::generation_failed: return "generation_failed";
    case Verdict::request_failed: return "request_failed";
    case Verdict::gateway_error: return "gateway_error";
    case Verdict::provider_unreachable: return "provider_unreachable";
    case Verdict::interrupted: return "interrupted";
    case Verdict::may_have_run: return "may_have_run";
    case Verdict::client_image: return "client_image";
    case Verdict::model_not_in_region: return "model_not_in_region";
    case Verdict::account_proxy: return "account_proxy";
    case Verdict::provider_ill: return "provider_ill";
    case Verdict::not_an_upstream: return "not_an_upstream";
    }
    return "unknown";
}

std::optional<Verdict> parse_verdict(std::string_view text)
{
    const auto found = std::find_if(all_verdicts.begin(), all_verdicts.end(),
                                    [&](Verdict verdict) { return to_string(verdict) == text; });
    return found == all_verdicts.end() ? std::nullopt : std::optional{*found};
}

UpstreamKind writer_of(const AnswerHead& answer)
{
    if (answer.code && *answer.code < 0) return UpstreamKind::jimeng_api;
    if (begins_with_code(answer.error)) return UpstreamKind::jimeng_api_go;
    return answer.upstream;
}

}  // namespace dreamina
