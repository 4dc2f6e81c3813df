#pragma once
/// Reading compressed text, as far as it has come. zlib behind it.

#include <cstddef>
#include <string>
#include <string_view>

namespace dreamina {

/// What the start of a gzip or zlib stream unpacks to, at most `most` bytes; empty if it is neither.
std::string inflate_start(std::string_view compressed, std::size_t most);

}  // namespace dreamina
