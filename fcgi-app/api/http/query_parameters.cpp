#include "api/http/query_parameters.hpp"

#include "core/base/message/coded_error.hpp"
#include "core/base/text.hpp"
#include "core/domain/request_record.hpp"

namespace dreamina {
namespace {

constexpr std::int64_t max_page = 1'000'000'000;
/// Bytes; an e-mail address has at most 320.
constexpr std::size_t max_text_length = 320;

}  // namespace

Result<std::optional<std::int64_t>> whole_parameter(const Request& request, std::string_view name, std::int64_t min,
                                                    std::int64_t max)
{
    const auto text = query_parameter(request.query, name);
    if (!text || text->empty()) return std::optional<std::int64_t>{};
    const auto value = whole_number(*text);
    if (!value || *value < min || *value > max)
        return wrong_parameter(name, {"field.not_whole_in_range", {{"min", min}, {"max", max}}});
    return value;
}

Result<std::string> text_parameter(const Request& request, std::string_view name)
{
    std::string text = query_parameter(request.query, name).value_or("");
    if (text.size() > max_text_length || !is_valid_utf8(text) || has_control_characters(text))
        return wrong_parameter(name, {"field.not_short_text", {{"max", max_text_length}}});
    return text;
}

Result<std::optional<Time>> time_parameter(const Request& request, std::string_view name)
{
    const auto text = query_parameter(request.query, name);
    if (!text || text->empty()) return std::optional<Time>{};
    const auto time = parse_rfc3339(*text);
    if (!time || *time < Time{}) return wrong_parameter(name, {"field.not_time"});
    return time;
}

Result<RangeRequest> range_parameters(const Request& request)
{
    const auto from = time_parameter(request, "from");
    if (!from) return tl::unexpected(from.error());
    const auto to = time_parameter(request, "to");
    if (!to) return tl::unexpected(to.error());
    if (*from && *to && **to < **from) return wrong_parameter("to", {"field.before_from"});
    return RangeRequest{*from, *to};
}

const Choices& request_outcome_choices()
{
    static const Choices names = choices_of(all_request_outcomes);
    return names;
}

const Choices& verdict_choices()
{
    static const Choices names = choices_of(all_verdicts);
    return names;
}

Result<std::int64_t> number_parameter(const Request& request, std::string_view name, std::int64_t fallback,
                                      std::int64_t max)
{
    const auto value = whole_parameter(request, name, 1, max);
    if (!value) return tl::unexpected(value.error());
    return value->value_or(fallback);
}

Result<PageRequest> page_parameters(const Request& request)
{
    PageRequest wanted;
    const auto page = number_parameter(request, "page", wanted.page, max_page);
    if (!page) return tl::unexpected(page.error());
    const auto size = number_parameter(request, "size", wanted.size, max_page_size);
    if (!size) return tl::unexpected(size.error());
    return PageRequest{*page, *size};
}

std::optional<std::int64_t> captured_id(const Call& call) { return whole_number(call.captures.at(0)); }

tl::unexpected<Error> wrong_parameter(std::string_view name, Message fault)
{
    return field_failure("error.invalid_parameter", std::string{name}, std::move(fault));
}

}  // namespace dreamina
