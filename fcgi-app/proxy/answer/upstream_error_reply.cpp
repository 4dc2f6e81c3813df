#include "proxy/answer/upstream_error_reply.hpp"

#include <string>

#include <fmt/format.h>

#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

struct ErrorKind {
    int status;
    std::string_view type;
    std::string_view code;
};

constexpr int bad_request = 400;
constexpr int too_many_requests = 429;
constexpr int bad_gateway = 502;
constexpr std::string_view invalid_request = "invalid_request_error";
constexpr std::string_view upstream_error = "upstream_error";

/// What is wrong with an account is not the client's fault, so 401 and 403 never reach it: it would change its key.
ErrorKind kind_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::points_used_up: return {too_many_requests, "insufficient_quota", "insufficient_quota"};
    case Verdict::rate_limited: return {too_many_requests, "rate_limit_error", "rate_limit_exceeded"};
    case Verdict::content_refused: return {bad_request, invalid_request, "content_policy_violation"};
    case Verdict::bad_parameters: return {bad_request, invalid_request, "invalid_parameters"};
    case Verdict::client_image: return {bad_request, invalid_request, "invalid_image"};
    case Verdict::model_not_in_region: return {bad_request, invalid_request, "model_not_available"};
    default: return {bad_gateway, upstream_error, to_string(verdict)};
    }
}

/// Of the upstream's errors only those are JSON that are in its own form.
bool is_upstreams_form(const AnswerHead& facts)
{
    return (facts.code && *facts.code < 0) || !facts.error.empty() || facts.empty_data;
}

}  // namespace

std::optional<Reply> upstream_error_as_openai(const UpstreamAnswer& answer, Verdict verdict)
{
    const AnswerHead facts = answer.held.facts();
    if (verdict == Verdict::success || !is_upstreams_form(facts)) return std::nullopt;
    const ErrorKind kind = kind_of(verdict);
    // Of the upstream's own failures its status says more than ours: 504 of 502.
    const int status = kind.status == bad_gateway && answer.status > bad_gateway ? answer.status : kind.status;
    const std::string& words = facts.message.empty() ? facts.error : facts.message;
    return openai_error(status, kind.type, kind.code,
                        words.empty() ? "the upstream made nothing, and gave no reason" : words);
}

Reply unreadable_answer_error(int status)
{
    return openai_error(bad_gateway, upstream_error, "unreadable_answer",
                        fmt::format("the upstream answered with HTTP {} and no JSON", status));
}

}  // namespace dreamina
