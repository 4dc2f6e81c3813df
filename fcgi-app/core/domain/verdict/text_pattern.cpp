#include "core/domain/verdict/text_pattern.hpp"

namespace dreamina {
namespace {

constexpr char any_text_sign = '*';
constexpr char digits_sign = '#';

bool is_pattern_digit(char c) { return c >= '0' && c <= '9'; }

/// Where the part, which holds no star, ends if it begins at `at`. Digits are taken as far as they go.
std::optional<std::size_t> end_of_part(std::string_view part, std::string_view text, std::size_t at)
{
    for (const char c : part) {
        if (at >= text.size()) return std::nullopt;
        if (c != digits_sign) {
            if (text[at++] != c) return std::nullopt;
            continue;
        }
        if (!is_pattern_digit(text[at])) return std::nullopt;
        while (at < text.size() && is_pattern_digit(text[at])) ++at;
    }
    return at;
}

}  // namespace

bool fits_pattern(std::string_view pattern, std::string_view text)
{
    std::size_t star = pattern.find(any_text_sign);
    auto at = end_of_part(pattern.substr(0, star), text, 0);
    if (!at) return false;
    while (star != std::string_view::npos) {
        const std::size_t next = pattern.find(any_text_sign, star + 1);
        const bool is_last = next == std::string_view::npos;
        const std::string_view part = pattern.substr(star + 1, is_last ? next : next - star - 1);
        std::optional<std::size_t> end;
        for (std::size_t from = *at; from <= text.size(); ++from) {
            end = end_of_part(part, text, from);
            if (end && (!is_last || part.empty() || *end == text.size())) break;
            end.reset();
        }
        if (!end) return false;
        at = is_last && part.empty() ? text.size() : *end;
        star = next;
    }
    return *at == text.size();
}

std::optional<std::size_t> length_of_beginning(std::string_view pattern, std::string_view text)
{
    return end_of_part(pattern, text, 0);
}

}  // namespace dreamina
