#pragma once
/// The buckets in which durations are counted.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "core/base/clock.hpp"

namespace dreamina {

/// Of a request's time: all of it, or what is not the upstream's (ours, waiting for an account included).
enum class LatencyPart { whole, own };

inline constexpr std::array all_latency_parts{LatencyPart::whole, LatencyPart::own};

constexpr std::string_view to_string(LatencyPart part) { return part == LatencyPart::whole ? "whole" : "own"; }

/// The bucket of those that took longer than any bound.
constexpr std::int64_t no_bound = std::numeric_limits<std::int64_t>::max();

/// Upper bounds in ms, rising. A generation takes 5 s to 20 minutes; our own part is a few ms unless requests wait.
inline constexpr std::array<std::int64_t, 17> whole_bounds{
    10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 20000, 30000, 60000, 120000, 300000, 600000, 1200000};
inline constexpr std::array<std::int64_t, 14> own_bounds{1,   2,   5,    10,   25,   50,    100,
                                                         250, 500, 1000, 2500, 5000, 10000, 30000};

constexpr std::span<const std::int64_t> bounds_of(LatencyPart part)
{
    if (part == LatencyPart::whole) return whole_bounds;
    return own_bounds;
}

/// The bound of the bucket that a duration is counted in.
constexpr std::int64_t bucket_of(LatencyPart part, milliseconds took)
{
    const auto bounds = bounds_of(part);
    const auto found = std::lower_bound(bounds.begin(), bounds.end(), std::int64_t{took.count()});
    return found == bounds.end() ? no_bound : *found;
}

}  // namespace dreamina
