#pragma once

#include <cstdint>

#include "bytes.hpp"

namespace dreamina::stand_in {

/// A PNG of at most 256 by 256 pixels: the same for the same number, for ever. Shape, pattern and the
/// two colours depend on the number, so that people can tell pictures apart.
Bytes picture_png(std::uint64_t number);

/// An MP4 file by its first bytes, with no track in it: enough for who looks at the type only. Other
/// bytes for each number.
Bytes film_mp4(std::uint64_t number);

}  // namespace dreamina::stand_in
