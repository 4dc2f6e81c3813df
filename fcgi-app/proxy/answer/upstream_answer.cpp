#include "proxy/answer/upstream_answer.hpp"

#include <utility>

#include "core/domain/request_record.hpp"
#include "core/domain/verdict/chat_error.hpp"

namespace dreamina {

UpstreamAnswer::UpstreamAnswer(int upstream_status, Headers upstream_headers)
    : status(upstream_status), headers(std::move(upstream_headers)), held(status, headers)
{
    if (is_event_stream(headers) && !held.holds()) events.emplace(content_coding(headers));
}

AnswerHead UpstreamAnswer::facts() const
{
    AnswerHead facts = held.facts();
    const auto told = events ? events->failure() : held.told();
    if (!told) return facts;
    // The status was there before anything had been tried: it says nothing.
    if (!told->chat.empty()) return parse_chat_error(told->chat, UpstreamKind::unknown);
    return {.code = told->code, .message = told->message, .error = told->error};
}

bool UpstreamAnswer::tells_nothing() const
{
    if (events) return !events->told_anything();
    return status < 400 && held.is_riddle();
}

std::string failure_code(const AnswerHead& facts) { return failure_code(facts.code, facts.error); }

}  // namespace dreamina
