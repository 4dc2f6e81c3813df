#pragma once
/// MultipartFieldScanner on any bytes, compared with a reading of the whole body at once.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "properties/property.hpp"
#include "proxy/body/multipart_scanner.hpp"

namespace dreamina::fuzz {

/// As the scanner has it; a longer value is none.
constexpr std::size_t max_multipart_value_length = 1024;

inline std::optional<std::string> multipart_model(std::string_view boundary, std::string_view body)
{
    return same_in_all_pieces(MultipartFieldScanner{boundary, "model"}, body,
                              [](const MultipartFieldScanner& scanner) { return scanner.value(); });
}

struct MultipartPart {
    std::string_view headers;
    std::string_view content;
};

/// The complete parts of a body, as RFC 2046 (5.1.1) divides it. For bodies whose headers are within the limits.
inline std::vector<MultipartPart> multipart_parts(std::string_view body, std::string_view boundary)
{
    const std::string delimiter = "\r\n--" + std::string{boundary};
    constexpr std::string_view headers_end = "\r\n\r\n";
    std::vector<MultipartPart> parts;
    std::optional<std::size_t> headers;  // where those of the part at hand begin, with a line end before them
    std::optional<std::size_t> content;
    std::size_t at = 0;
    for (;;) {
        const std::size_t found = body.find(delimiter, at);
        if (found == std::string_view::npos) return parts;
        at = found + delimiter.size();
        const std::size_t after_blanks = std::min(body.find_first_not_of(" \t", at), body.size());
        const bool last = body.substr(at, 2) == "--";
        if (!last && body.substr(after_blanks, 2) != "\r\n") continue;

        if (content)
            parts.push_back({body.substr(*headers, *content - *headers), body.substr(*content, found - *content)});
        if (last) return parts;
        const std::size_t end = body.find(headers_end, after_blanks);
        if (end == std::string_view::npos) return parts;
        headers = after_blanks;
        content = at = end + headers_end.size();
    }
}

/// The input's first line is the Content-Type, the rest is the body.
inline void multipart_body(std::string_view input)
{
    const std::size_t line = std::min(input.find('\n'), input.size());
    const auto boundary = multipart_boundary(input.substr(0, line));
    if (!boundary) return;
    require(!boundary->empty(), "an empty boundary");
    const std::string_view body = input.substr(std::min(line + 1, input.size()));

    const auto found = multipart_model(*boundary, body);
    require(!found || found->size() <= max_multipart_value_length, "a value is longer than allowed");

    // A part alone tells whether its headers name the field; the first of those that do counts.
    const std::string whole = "\r\n" + std::string{body};
    const std::string end = "\r\n--" + *boundary + "--";
    std::optional<std::string> expected;
    for (const MultipartPart& part : multipart_parts(whole, *boundary)) {
        MultipartFieldScanner alone{*boundary, "model"};
        alone.feed("--" + *boundary + std::string{part.headers} + "x" + end);
        if (!alone.value()) continue;
        if (part.content.size() <= max_multipart_value_length) expected = part.content;
        break;
    }
    require(found == expected, "another value than a reading of the whole body gives");
}

}  // namespace dreamina::fuzz
