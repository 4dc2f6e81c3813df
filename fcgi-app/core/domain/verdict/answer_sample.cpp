#include "core/domain/verdict/answer_sample.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr std::string_view masked_part = "…";
constexpr std::size_t max_run = 6;

/// What follows one of these, to the end, repeats what the client sent.
constexpr std::array<std::string_view, 11> quoting_to_the_end{"lookup ",
                                                              "当前请求为 ",
                                                              "无效的JSON格式: ",
                                                              "当前值: ",
                                                              "ENOTFOUND ",
                                                              "EAI_AGAIN ",
                                                              "Unsupported protocol ",
                                                              "cannot unmarshal ",
                                                              "invalid character ",
                                                              "Unexpected token ",
                                                              "不支持的图片输入类型: "};

/// Between the first of these and the last of its counterparts stands what the client sent, quotes and all.
struct Enclosure {
    std::string_view opening;
    std::string_view closing;
};
constexpr std::array enclosures{Enclosure{"\"", "\""}, Enclosure{"“", "”"}, Enclosure{"「", "」"},
                                Enclosure{"File ", " is not valid"}};

/// The names of a form's fields are the client's, up to these words.
constexpr std::array<std::string_view, 2> form_fields{"image_file", "video_file"};
constexpr std::array<std::string_view, 2> behind_form_fields{" URL图片处理失败: ", " 处理失败: "};

/// The provider's error numbers are what rules look for.
constexpr std::array<std::string_view, 2> before_error_numbers{"错误码: ", "状态码: "};

bool is_digit_sign(char c) { return c >= '0' && c <= '9'; }
bool is_hex_sign(char c) { return is_digit_sign(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter_sign(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
/// Of an address or an e-mail: no blank, no quote, no bracket, nothing beyond ASCII.
bool is_address_sign(char c)
{
    return c > ' ' && c < 0x7F && std::string_view{"\"'()<>,;"}.find(c) == std::string_view::npos;
}

/// "192.0.2.1:1080", "::1".
bool is_numeric_address(std::string_view word)
{
    const auto dots = std::count(word.begin(), word.end(), '.');
    const auto colons = std::count(word.begin(), word.end(), ':');
    const bool numeric = std::all_of(word.begin(), word.end(), [](char c) {
        return is_hex_sign(c) || c == '.' || c == ':' || c == '[' || c == ']';
    });
    return numeric && (dots >= 3 || colons >= 2);
}

void mask_field_name(std::string& text)
{
    const auto begins = [&](std::string_view name) { return text.starts_with(name); };
    if (std::none_of(form_fields.begin(), form_fields.end(), begins)) return;
    for (const std::string_view behind : behind_form_fields) {
        const std::size_t end = text.rfind(behind);
        if (end == std::string::npos) continue;
        constexpr std::size_t name_length = form_fields.front().size();
        // What the rules tell apart: a field of the upstream's own naming.
        const std::string_view own = std::string_view{text}.substr(name_length, end - name_length);
        const bool numbered = own.size() <= 3 && own.find_first_not_of("_0123456789") == std::string_view::npos;
        if (!numbered) text.replace(name_length, end - name_length, masked_part);
        return;
    }
}

void mask_quoted(std::string& text)
{
    for (const Enclosure& pair : enclosures) {
        const std::size_t from = text.find(pair.opening);
        if (from == std::string::npos) continue;
        const std::size_t inside = from + pair.opening.size();
        const std::size_t to = text.rfind(pair.closing);
        const std::size_t end = to == std::string::npos || to < inside ? text.size() : to;
        text.replace(inside, end - inside, masked_part);
    }
    for (const std::string_view before : quoting_to_the_end) {
        const std::size_t from = text.find(before);
        if (from != std::string::npos) text.replace(from + before.size(), std::string::npos, masked_part);
    }
}

/// Whatever holds "://", "data:" or '@' between blanks.
void mask_addresses(std::string& text)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = static_cast<std::size_t>(
            std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_address_sign) - text.begin());
        auto end = static_cast<std::size_t>(
            std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), is_address_sign) -
            text.begin());
        if (std::string_view{text}.substr(begin, end - begin).starts_with("data:"))
            end = std::min(text.find(' ', end), text.size());  // the picture itself stands behind ";base64,"
        const std::string_view word = std::string_view{text}.substr(begin, end - begin);
        const bool is_address = is_numeric_address(word) || word.find("://") != std::string_view::npos ||
                                word.find('@') != std::string_view::npos || word.starts_with("data:");
        if (is_address) {
            text.replace(begin, end - begin, masked_part);
            at = begin + masked_part.size();
        } else {
            at = end;
        }
    }
}

bool is_error_number(std::string_view text, std::size_t at)
{
    return std::any_of(before_error_numbers.begin(), before_error_numbers.end(),
                       [&](std::string_view before) { return text.substr(0, at).ends_with(before); });
}

void mask_runs(std::string& text)
{
    for (std::size_t at = 0; at < text.size();) {
        if (!is_hex_sign(text[at]) || (at > 0 && is_letter_sign(text[at - 1]))) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && is_hex_sign(text[end])) ++end;
        const bool digits = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                                        text.begin() + static_cast<std::ptrdiff_t>(end), is_digit_sign);
        const bool whole = end == text.size() || !is_letter_sign(text[end]);
        if (end - at > max_run && (digits || whole) && !(digits && end - at <= 10 && is_error_number(text, at))) {
            text.replace(at, end - at, masked_part);
            at += masked_part.size();
        } else {
            at = end;
        }
    }
}

void cut(std::string& text)
{
    if (text.size() <= max_sample_text_length) return;
    std::size_t end = max_sample_text_length - masked_part.size();
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.replace(end, std::string::npos, masked_part);
}

}  // namespace

std::string masked_words(std::string_view words)
{
    std::string text{words};
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    mask_field_name(text);
    mask_quoted(text);
    mask_addresses(text);
    mask_runs(text);
    cut(text);
    return text;
}

std::optional<AnswerSample> sample_of(const AnswerHead& answer, Verdict verdict)
{
    if (verdict == Verdict::success) return std::nullopt;
    return AnswerSample{.status = answer.status,
                        .code = answer.code.value_or(0),
                        .message = masked_words(answer.message),
                        .error = masked_words(answer.error),
                        .empty_data = answer.empty_data,
                        .content_type = masked_words(answer.content_type)};
}

AnswerHead answer_of(const AnswerSample& sample)
{
    return {.status = sample.status,
            .code = sample.code == 0 ? std::nullopt : std::optional{sample.code},
            .message = sample.message,
            .error = sample.error,
            .empty_data = sample.empty_data,
            .content_type = sample.content_type};
}

}  // namespace dreamina
