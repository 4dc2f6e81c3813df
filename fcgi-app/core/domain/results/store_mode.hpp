#pragma once
/// Whether copies of the pictures and videos that answers name are kept.

#include <array>
#include <optional>
#include <string_view>

namespace dreamina {

enum class StoreMode {
    off,
    copy,    ///< the answer is as it was
    rewrite  ///< the answer's URLs are those of the copies
};

inline constexpr std::array all_store_modes{StoreMode::off, StoreMode::copy, StoreMode::rewrite};

/// As settings and API keys have it.
std::string_view to_string(StoreMode mode);
std::optional<StoreMode> parse_store_mode(std::string_view text);

}  // namespace dreamina
