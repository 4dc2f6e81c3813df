#pragma once
/// What those who read a multipart form have in common.

#include <cstddef>
#include <string_view>

namespace dreamina::multipart {

inline constexpr std::string_view line_end = "\r\n";
inline constexpr std::string_view headers_end = "\r\n\r\n";

/// Of a field: more than any model's name; a longer one is none of interest.
inline constexpr std::size_t max_value_length = 1024;
/// Of a part; a form with longer ones is not read further.
inline constexpr std::size_t max_headers_length = 16 * 1024;

}  // namespace dreamina::multipart
