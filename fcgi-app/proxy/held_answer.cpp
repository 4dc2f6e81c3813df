#include "proxy/held_answer.hpp"

#include <utility>

#include "base/inflate.hpp"
#include "base/text.hpp"
#include "domain/answer_facts.hpp"
#include "domain/request_record.hpp"

namespace dreamina {
namespace {

/// Without its parameters.
std::string type_of(const Headers& headers)
{
    const std::string* value = find_header(headers, "Content-Type");
    return value == nullptr ? std::string{} : std::string{bare_content_type(*value)};
}

}  // namespace

bool is_event_stream(const Headers& headers) { return equals_ignoring_case(type_of(headers), "text/event-stream"); }

HeldAnswer::HeldAnswer(int status, const Headers& headers, std::shared_ptr<const VerdictRules> rules)
    : status_(status),
      content_type_(type_of(headers)),
      rules_(std::move(rules)),
      // A good status with anything but JSON says all; an ill one may say more in any type.
      holding_(status >= 400 || equals_ignoring_case(content_type_, "application/json")),
      compressed_(find_header(headers, "Content-Encoding") != nullptr)
{
}

bool HeldAnswer::hold(std::string_view piece)
{
    held_.append(piece);
    if (!compressed_) fields_.feed(piece);
    holding_ = held_.size() <= most_held_back ||
               (held_.size() <= most_held_of_failure && judgement().verdict != Verdict::success);
    return holding_;
}

JsonFieldScanner HeldAnswer::fields() const
{
    JsonFieldScanner fields = fields_;
    if (compressed_) fields.feed(inflate_start(held_, most_held_of_failure));
    return fields;
}

std::string HeldAnswer::failure_code() const
{
    const JsonFieldScanner found = fields();
    return dreamina::failure_code(found.integer("code"), found.text("error").value_or(""));
}

AnswerHead HeldAnswer::facts() const { return answer_facts(status_, content_type_, fields()); }

Judgement HeldAnswer::judgement() const { return rules_ ? judge(facts(), *rules_) : judge(facts()); }

std::string HeldAnswer::release()
{
    holding_ = false;
    return std::exchange(held_, {});
}

}  // namespace dreamina
