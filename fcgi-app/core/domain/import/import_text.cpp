#include "core/domain/import/import_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace dreamina {
namespace {

constexpr char32_t replacement_character = 0xFFFD;

struct Quotes {
    std::string_view open;
    std::string_view close;
};
constexpr std::array quote_pairs{Quotes{"\"", "\""}, Quotes{"'", "'"}, Quotes{"“", "”"}, Quotes{"‘", "’"}};

/// White space and characters without a width.
bool shows_nothing(char32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0xAD || c == 0x1680 || c == 0x180E ||
           (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x2064) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x3000 || c == 0xFEFF;
}

struct Character {
    char32_t value;
    std::size_t size;
};

/// The character at the start of a text that is not empty; a byte that begins none stands for itself, as U+FFFD.
Character first_character(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (size == 0 || size > text.size()) return {replacement_character, 1};
    char32_t value = size == 1 ? lead : lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return {replacement_character, 1};
        value = (value << 6U) | (byte(i) & 0x3FU);
    }
    return {value, size};
}

Character last_character(std::string_view text)
{
    std::size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 && (static_cast<std::uint8_t>(text[start]) & 0xC0U) == 0x80U) --start;
    const Character last = first_character(text.substr(start));
    return start + last.size == text.size() ? last : Character{replacement_character, 1};
}

void append_utf8(std::string& text, char32_t c)
{
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0U | (c >> 6U));
        put(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
        put(0xE0U | (c >> 12U));
        put(0x80U | ((c >> 6U) & 0x3FU));
        put(0x80U | (c & 0x3FU));
    } else {
        put(0xF0U | (c >> 18U));
        put(0x80U | ((c >> 12U) & 0x3FU));
        put(0x80U | ((c >> 6U) & 0x3FU));
        put(0x80U | (c & 0x3FU));
    }
}

/// How many bytes end a line at the start of the text; 0 if none do.
std::size_t line_end(std::string_view text)
{
    if (text.starts_with("\r\n")) return 2;
    if (text.front() == '\n' || text.front() == '\r') return 1;
    return text.starts_with("\u2028") || text.starts_with("\u2029") ? 3 : 0;
}

}  // namespace

std::string decoded(std::string_view bytes)
{
    const bool little = bytes.starts_with("\xFF\xFE");
    if (!little && !bytes.starts_with("\xFE\xFF")) return std::string{bytes};
    const auto unit = [&](std::size_t at) {
        const auto low = static_cast<std::uint8_t>(bytes[little ? at : at + 1]);
        const auto high = static_cast<std::uint8_t>(bytes[little ? at + 1 : at]);
        return static_cast<char32_t>(high << 8U | low);
    };
    std::string text;
    std::size_t at = 2;
    for (; at + 1 < bytes.size(); at += 2) {
        const char32_t first = unit(at);
        const bool leads = first >= 0xD800 && first < 0xDC00;
        const char32_t second = leads && at + 3 < bytes.size() ? unit(at + 2) : 0;
        if (second >= 0xDC00 && second < 0xE000) {
            append_utf8(text, 0x10000 + ((first - 0xD800) << 10U) + (second - 0xDC00));
            at += 2;
        } else {
            append_utf8(text, first >= 0xD800 && first < 0xE000 ? replacement_character : first);
        }
    }
    if (at < bytes.size()) append_utf8(text, replacement_character);
    return text;
}

std::vector<TextLine> content_lines(std::string_view text)
{
    std::vector<TextLine> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        std::size_t end = 0;
        while (end < text.size() && line_end(text.substr(end)) == 0) ++end;
        const std::string_view line = trim_edges(text.substr(0, end));
        text.remove_prefix(end < text.size() ? end + line_end(text.substr(end)) : end);
        if (!line.empty() && !line.starts_with('#')) lines.push_back({number, line});
    }
    return lines;
}

std::string_view trim_edges(std::string_view text)
{
    while (!text.empty()) {
        const Character first = first_character(text);
        if (!shows_nothing(first.value)) break;
        text.remove_prefix(first.size);
    }
    while (!text.empty()) {
        const Character last = last_character(text);
        if (!shows_nothing(last.value)) break;
        text.remove_suffix(last.size);
    }
    return text;
}

std::optional<std::string> invisible_character(std::string_view text)
{
    while (!text.empty()) {
        const Character next = first_character(text);
        if (next.value >= 0x80 && shows_nothing(next.value))
            return fmt::format("U+{:04X}", static_cast<std::uint32_t>(next.value));
        text.remove_prefix(next.size);
    }
    return std::nullopt;
}

std::string_view unwrapped(std::string_view text)
{
    for (const auto& [open, close] : quote_pairs)
        if (text.size() >= open.size() + close.size() && text.starts_with(open) && text.ends_with(close))
            return trim_edges(text.substr(open.size(), text.size() - open.size() - close.size()));
    return text;
}

bool ends_with_quote(std::string_view text)
{
    return std::any_of(quote_pairs.begin(), quote_pairs.end(),
                       [&](const Quotes& quotes) { return text.ends_with(quotes.close); });
}

std::optional<std::vector<std::string>> row_fields(std::string_view row, char separator)
{
    std::vector<std::string> fields(1);
    bool quoted = false;      // inside quotes
    bool was_quoted = false;  // the field's quotes have been closed
    for (std::size_t i = 0; i < row.size(); ++i) {
        const char c = row[i];
        if (quoted) {
            if (c != '"') {
                fields.back() += c;
            } else if (i + 1 < row.size() && row[i + 1] == '"') {
                fields.back() += row[++i];
            } else {
                quoted = false;
                was_quoted = true;
            }
        } else if (c == separator) {
            fields.emplace_back();
            was_quoted = false;
        } else if (c == '"' && !was_quoted && trim_edges(fields.back()).empty()) {
            fields.back().clear();
            quoted = true;
        } else if (!was_quoted) {
            fields.back() += c;
        } else if (!shows_nothing(first_character(row.substr(i)).value)) {
            return std::nullopt;
        }
    }
    return quoted ? std::nullopt : std::optional{std::move(fields)};
}

}  // namespace dreamina
