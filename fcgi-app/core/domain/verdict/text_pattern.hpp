#pragma once
/// Patterns for foreign texts: `*` stands for any text, also for none, `#` for one or more digits; everything else for
/// itself. Linear in the text for each letter of the pattern: no text can make it slow.

#include <cstddef>
#include <optional>
#include <string_view>

namespace dreamina {

/// Whether the whole text fits.
bool fits_pattern(std::string_view pattern, std::string_view text);

/// How much of the text's beginning a pattern without `*` takes; nothing if it does not begin so.
std::optional<std::size_t> length_of_beginning(std::string_view pattern, std::string_view text);

}  // namespace dreamina
