#pragma once
/// When a result that could not be fetched is tried again.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "core/base/clock.hpp"

namespace dreamina {

/// What the provider has made may take a moment to be everywhere; its addresses last for a day or so.
inline constexpr std::array<std::chrono::seconds, 6> fetch_pauses{
    std::chrono::seconds{2},   std::chrono::seconds{15},   std::chrono::seconds{60},
    std::chrono::seconds{600}, std::chrono::seconds{3600}, std::chrono::seconds{14400}};

/// Behind so many attempts; nothing: it has failed.
constexpr std::optional<Time> next_fetch(std::int64_t attempts, Time now)
{
    if (attempts < 1 || attempts > static_cast<std::int64_t>(fetch_pauses.size())) return std::nullopt;
    return now + fetch_pauses[static_cast<std::size_t>(attempts - 1)];
}

/// While the disk is full: a look again, which is no attempt.
constexpr std::chrono::minutes room_pause{1};

}  // namespace dreamina
