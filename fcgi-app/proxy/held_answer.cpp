#include "proxy/held_answer.hpp"

#include <utility>

#include "base/inflate.hpp"
#include "base/text.hpp"
#include "domain/request_record.hpp"

namespace dreamina {
namespace {

bool has_type(const Headers& headers, std::string_view type)
{
    const std::string* value = find_header(headers, "Content-Type");
    return value != nullptr && equals_ignoring_case(trim(std::string_view{*value}.substr(0, value->find(';'))), type);
}

}  // namespace

bool is_event_stream(const Headers& headers) { return has_type(headers, "text/event-stream"); }

HeldAnswer::HeldAnswer(int status, const Headers& headers)
    // A good status with anything but JSON says all; an ill one may say more in any type.
    : status_(status),
      holding_(status >= 400 || has_type(headers, "application/json")),
      compressed_(find_header(headers, "Content-Encoding") != nullptr)
{
}

bool HeldAnswer::hold(std::string_view piece)
{
    held_.append(piece);
    if (!compressed_) fields_.feed(piece);
    holding_ =
        held_.size() <= most_held_back || (held_.size() <= most_held_of_failure && verdict() != Verdict::success);
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

Verdict HeldAnswer::verdict() const
{
    const JsonFieldScanner fields = this->fields();
    return judge({.status = status_,
                  .code = fields.integer("code"),
                  .message = fields.text("message").value_or(""),
                  .error = fields.text("error").value_or("")});
}

std::string HeldAnswer::release()
{
    holding_ = false;
    return std::exchange(held_, {});
}

}  // namespace dreamina
