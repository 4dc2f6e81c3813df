#pragma once
/// What stands between the quotes of a JSON string.

#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

/// What may stand between JSON's values (RFC 8259, 2).
constexpr bool is_json_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Reads its escapes; nothing if they, or the characters, are wrong.
std::optional<std::string> read_json_text(const std::string& raw);

/// The same for a string that was cut, perhaps in the middle of a character or an escape, which then goes as well.
std::optional<std::string> read_cut_json_text(std::string raw);

}  // namespace dreamina
