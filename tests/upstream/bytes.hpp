#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dreamina::stand_in {

/// A body that several answers on their way may share without a copy.
using Bytes = std::shared_ptr<const std::string>;

Bytes make_bytes(std::string text);

/// The same `size` bytes for the same `seed`, for ever: what a test sends, fetches and compares.
/// A shorter body of a seed is the beginning of a longer one. The last few are kept.
Bytes pseudo_random_bytes(std::size_t size, std::uint64_t seed);

std::string sha256_hex(std::string_view bytes);
std::string base64(std::string_view bytes);

/// False if `text` is not base64 of the standard alphabet; blanks and line ends are allowed.
bool decode_base64(std::string_view text, std::string& decoded);

std::string random_hex(std::size_t digits);

}  // namespace dreamina::stand_in
