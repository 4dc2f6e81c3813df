#include "proxy/answer/held_answer.hpp"

#include <utility>

#include "core/base/inflate.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::string_view event_stream_type = "text/event-stream";

std::optional<InBandError> failure_in_completion(std::string_view body)
{
    if (body.find("\"choices\"") == std::string_view::npos) return std::nullopt;
    return find_in_band_error(Json::parse(body, nullptr, false));
}

/// Without its parameters, in lower case.
std::string type_of(const Headers& headers)
{
    const std::string* value = find_header(headers, "Content-Type");
    return value == nullptr ? std::string{} : media_type(*value);
}

}  // namespace

bool is_event_stream(const Headers& headers) { return type_of(headers) == event_stream_type; }

HeldAnswer::HeldAnswer(int status, const Headers& headers)
    : status_(status),
      content_type_(type_of(headers)),
      coding_(content_coding(headers)),
      // A good status with anything but JSON says all; an ill one may say more in any type.
      holding_(status >= 400 || content_type_ == json_type)
{
}

bool HeldAnswer::hold(std::string_view piece)
{
    held_.append(piece);
    if (coding_ == ContentCoding::identity) fields_.feed(piece);
    holding_ = held_.size() <= max_held_back || (held_.size() <= max_held_of_failure && is_failure());
    return holding_;
}

bool HeldAnswer::is_failure() const
{
    if (status_ >= 400) return true;
    const auto code = fields().integer("code");
    return code && *code < 0;
}

std::string HeldAnswer::text() const
{
    switch (coding_) {
    case ContentCoding::identity: return held_;
    case ContentCoding::gzip: return inflate_start(held_, max_held_of_failure);
    case ContentCoding::deflate: return inflate_start(held_, max_held_of_failure, Compression::deflate);
    case ContentCoding::unreadable: break;
    }
    return {};
}

JsonFieldScanner HeldAnswer::fields() const
{
    JsonFieldScanner fields = fields_;
    if (coding_ != ContentCoding::identity) fields.feed(text());
    return fields;
}

/// A chat completion tells a failed generation as its text.
std::optional<InBandError> HeldAnswer::told() const
{
    if (!holding_ || status_ >= 400) return std::nullopt;
    return coding_ == ContentCoding::identity ? failure_in_completion(held_) : failure_in_completion(text());
}

AnswerHead HeldAnswer::facts() const { return answer_facts(status_, content_type_, fields()); }

std::string HeldAnswer::release()
{
    holding_ = false;
    return std::exchange(held_, {});
}

}  // namespace dreamina
