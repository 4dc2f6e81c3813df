#include "proxy/answer/in_band_error.hpp"

#include <algorithm>
#include <array>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

/// No rule looks further, and a prompt may be quoted.
constexpr std::size_t max_told_length = 1024;

constexpr std::string_view warning_sign = "⚠️";
constexpr std::array failure_words{"生成图片失败", "生成视频失败", "视频生成过程中遇到问题"};
constexpr std::array colons{":", "："};
/// Where advice for the reader begins.
constexpr std::string_view new_paragraph = "\n\n";

template <class List>
bool takes_one_off(std::string_view& text, const List& list)
{
    return std::any_of(list.begin(), list.end(), [&](std::string_view start) {
        const bool starts = text.starts_with(start);
        if (starts) text.remove_prefix(start.size());
        return starts;
    });
}

std::string text_in(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>().substr(0, max_told_length)
                                                       : std::string{};
}

std::optional<std::int64_t> integer_in(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? std::optional{found->get<std::int64_t>()}
                                                               : std::nullopt;
}

/// `choices`: of a chunk, or of a whole completion.
std::optional<std::string> failure_in_choices(const Json& choices)
{
    for (const Json& choice : choices) {
        if (!choice.is_object()) continue;
        for (const char* part : {"delta", "message"}) {
            const auto found = choice.find(part);
            if (found == choice.end() || !found->is_object()) continue;
            if (auto failure = failure_in_chat(text_in(*found, "content"))) return failure;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> failure_in_chat(std::string_view text)
{
    text = trim(text);
    if (text.starts_with(warning_sign)) text = trim(text.substr(warning_sign.size()));
    if (!takes_one_off(text, failure_words) || !takes_one_off(text, colons)) return std::nullopt;
    return std::string{trim(text.substr(0, text.find(new_paragraph)))};
}

std::optional<InBandError> find_in_band_error(const Json& content)
{
    if (!content.is_object()) return std::nullopt;
    InBandError failure;
    if (const auto code = integer_in(content, "code"); code && *code < 0) {
        failure.code = code;
        failure.message = text_in(content, "message");
        return failure;
    }
    if (const auto error = content.find("error"); error != content.end() && !error->is_null()) {
        failure.error = error->is_object() ? text_in(*error, "message") : text_in(content, "error");
        return failure;
    }
    const auto choices = content.find("choices");
    if (choices == content.end() || !choices->is_array()) return std::nullopt;
    auto chat = failure_in_choices(*choices);
    if (!chat) return std::nullopt;
    failure.chat = std::move(*chat);
    return failure;
}

}  // namespace dreamina
