#pragma once
/// The lines of a text that people paste or that a program wrote, whatever its line ends, marks and invisible
/// characters.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dreamina {

struct TextLine {
    std::size_t number;     ///< as an editor counts
    std::string_view text;  ///< of the text given, without what trim_edges takes off
};

/// UTF-8 of a text that is UTF-16 with a byte order mark; any other as it is. Half a character becomes U+FFFD.
std::string decoded(std::string_view bytes);

/// The lines that say something: not blank, and not begun with #. LF, CR, CRLF, U+2028 and U+2029 end a line.
std::vector<TextLine> content_lines(std::string_view text);

/// Without white space, no-break spaces, zero-width and direction marks and byte order marks at both ends.
std::string_view trim_edges(std::string_view text);

/// The first character beyond ASCII that trim_edges would take off, as "U+200B"; nothing if there is none.
std::optional<std::string> invisible_character(std::string_view text);

/// Without a pair of matching quotes around it: "", '', “” or ‘’.
std::string_view unwrapped(std::string_view text);

/// True if a quote of those kinds stands at the end.
bool ends_with_quote(std::string_view text);

/// The fields of a row as RFC 4180 has them, each without its quotes; nothing if a quote is not closed or stands inside
/// a field.
std::optional<std::vector<std::string>> row_fields(std::string_view row, char separator);

}  // namespace dreamina
