#pragma once
/// Links to results that need no API key: they are signed (HMAC-SHA256), for one result, one way to show it, and until
/// a moment.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace dreamina {

enum class ResultDisposition {
    inline_,    ///< a browser shows it
    attachment  ///< … saves it
};

struct ResultLink {
    std::string id;  ///< without the prefix
    ResultDisposition disposition = ResultDisposition::inline_;
    std::int64_t expires = 0;  ///< seconds since 1970
    bool operator==(const ResultLink&) const = default;
};

/// Bytes of chance in a key that links are signed with.
constexpr std::size_t link_key_bytes = 32;

/// "/v1/results/res_….png?exp=…&sig=…". `key`: raw bytes.
std::string signed_result_path(const ResultLink& link, std::string_view extension, std::string_view key);

/// Whether one of the keys has signed it. How long that takes tells nothing of where two signatures differ.
bool is_signed(const ResultLink& link, std::string_view signature, std::span<const std::string> keys);

/// The extension for a result that is not there yet: that of the URL it is fetched from where that is of a known kind,
/// or the usual one.
std::string_view link_extension(std::string_view source_url, bool is_video);

}  // namespace dreamina
