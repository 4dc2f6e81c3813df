#include "core/clients/token_answer.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/clients/error_text.hpp"
#include "core/domain/account/region_token.hpp"
#include "core/domain/verdict/chat_error.hpp"

namespace dreamina {
namespace {

/// jimeng-api's words for a route that it does not have; the code alone is that of any plain error.
constexpr std::int64_t plain_error = -1000;
constexpr std::string_view unknown_route_words = "[请求有误]";

TokenReply blames(Blame blame, TokenFault fault, Message reason)
{
    return {.blame = blame, .document = {}, .failure = {fault, std::move(reason)}};
}

TokenReply token_reply_of(const HttpFailure& failure)
{
    switch (failure.fault) {
    case HttpFault::cancelled: return blames(Blame::upstream, TokenFault::cancelled, {"job.cancelled"});
    case HttpFault::timed_out: return blames(Blame::slow, TokenFault::upstream, failure.reason);
    case HttpFault::too_large: return blames(Blame::call, TokenFault::not_known, failure.reason);
    case HttpFault::bad_request:
    case HttpFault::unreachable:
    case HttpFault::cut: break;
    }
    return blames(Blame::upstream, TokenFault::upstream, failure.reason);
}

std::string text_of(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

AnswerHead head_of(int status, const Json& document)
{
    AnswerHead head{.status = status};
    if (!document.is_object()) return head;
    const auto code = document.find("code");
    if (code != document.end() && code->is_number_integer()) head.code = code->get<std::int64_t>();
    head.message = text_of(document, "message");
    head.error = text_of(document, "error");
    return head;
}

Message reason_of(const AnswerHead& head, const std::vector<std::string>& secrets)
{
    const std::string& theirs = head.error.empty() ? head.message : head.error;
    std::string words = sanitized_error_text(theirs, secrets);
    if (head.code && *head.code < 0)
        return {"upstream.code_because", {{"code", *head.code}, {"reason", std::move(words)}}};
    if (words.empty()) return {"upstream.status", {{"status", head.status}}};
    return {"upstream.status_because", {{"status", head.status}, {"reason", std::move(words)}}};
}

/// A status with which a bad token can fail the whole call; 413 and 431 mean that the header is too long.
bool may_be_a_token(int status)
{
    constexpr std::array statuses{400, 401, 403, 413, 422, 431};
    return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

/// What the words alone mean, whatever the status.
Verdict judge_words(AnswerHead head, const VerdictRules& rules)
{
    head.status = 0;
    return judge(head.code ? head : parse_chat_error(head.error, UpstreamKind::unknown), rules).verdict;
}

bool is_the_providers(Verdict verdict)
{
    return verdict == Verdict::provider_unreachable || verdict == Verdict::provider_ill;
}

TokenReply of_refusal(const AnswerHead& head, const std::vector<std::string>& secrets, const VerdictRules& rules)
{
    Message reason = reason_of(head, secrets);
    const bool coded = head.code && *head.code < 0;
    const bool no_route = coded ? *head.code == plain_error && head.message.starts_with(unknown_route_words)
                                : head.status == 404 || head.status == 405;
    if (no_route) return blames(Blame::upstream, TokenFault::not_offered, {"upstream.no_route"});
    // A 401 alone may be a gateway's, which knows nothing of sessions.
    const Verdict told = judge_words(head, rules);
    if (told == Verdict::session_expired)
        return blames(Blame::some_token, TokenFault::session_expired, std::move(reason));
    if (coded && is_the_providers(told)) return blames(Blame::network, TokenFault::upstream, std::move(reason));
    if (coded || head.status < 300 || may_be_a_token(head.status))
        return blames(Blame::some_token, TokenFault::failed, std::move(reason));
    return blames(Blame::upstream, TokenFault::upstream, std::move(reason));
}

}  // namespace

TokenReply read_token_reply(const HttpResult& result, const std::vector<std::string>& secrets,
                            const VerdictRules& rules)
{
    if (!result) return token_reply_of(result.error());
    auto document = parse_json(result->body);
    const AnswerHead head = document ? head_of(result->status, *document) : AnswerHead{.status = result->status};
    const bool coded = head.code && *head.code < 0;
    const bool good_status = result->status >= 200 && result->status < 300;
    if (coded || !good_status || !head.error.empty()) return of_refusal(head, secrets, rules);
    if (!document && to_lower(result->content_type).starts_with("text/html"))
        return blames(Blame::upstream, TokenFault::upstream, {"upstream.web_page"});
    if (!document) return blames(Blame::call, TokenFault::not_known, {"upstream.not_json"});
    return {.blame = Blame::none, .document = std::move(*document), .failure = {}};
}

TokenFailure failure_of_row(const std::string& error, const std::vector<std::string>& secrets,
                            const VerdictRules& rules)
{
    // A row has no status of its own, only its words.
    const Verdict told = judge_words({.error = error}, rules);
    const TokenFault fault = told == Verdict::session_expired ? TokenFault::session_expired
                             : is_the_providers(told)         ? TokenFault::upstream
                                                              : TokenFault::failed;
    return {fault, {"upstream.said", {{"reason", sanitized_error_text(error, secrets)}}}};
}

void add_token_secrets(std::vector<std::string>& secrets, const std::string& token)
{
    const std::size_t sign = token.rfind('@');
    secrets.push_back(token);
    if (sign != std::string::npos) secrets.push_back(token.substr(0, sign));
    secrets.push_back(
        split_session(std::string_view{token}.substr(sign == std::string::npos ? 0 : sign + 1)).session_id);
}

std::string route_of(const std::string& token)
{
    const std::size_t sign = token.rfind('@');
    const std::size_t behind_proxy = sign == std::string::npos ? 0 : sign + 1;
    const auto session = split_session(std::string_view{token}.substr(behind_proxy)).session_id;
    return token.substr(0, token.size() - session.size());
}

bool fits_into_header(const std::string& token)
{
    return !token.empty() &&
           std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F && c != ','; });
}

}  // namespace dreamina
