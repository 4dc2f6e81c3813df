#pragma once
/// Small questions about text that several layers ask.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

bool is_valid_utf8(std::string_view text);

/// True if it holds a byte below space or DEL: never wanted in an e-mail, a model's name or a header.
bool has_control_characters(std::string_view text);

/// Code points of valid UTF-8: what a person counts as characters, and JSON Schema as a length.
std::size_t character_count(std::string_view text);

std::string_view trim(std::string_view text);

/// What stands between two quotes of the same kind (" or ') at both ends; nothing if it is not quoted.
std::optional<std::string_view> without_quotes(std::string_view text);

/// Of a text that is one from beginning to end: digits, perhaps behind a minus sign.
std::optional<std::int64_t> whole_number(std::string_view text);

/// ASCII only, as header names, regions and e-mail domains are.
std::string to_lower(std::string_view text);

/// Of a Content-Type's value: "text/html" of "Text/HTML; charset=utf-8".
std::string media_type(std::string_view content_type);

bool equals_ignoring_case(std::string_view left, std::string_view right);

}  // namespace dreamina
