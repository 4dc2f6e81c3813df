#pragma once
/// Where a generation is in its queue, and when it is likely to have ended, by how long others of its model took.

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/domain/generation.hpp"

namespace dreamina {

/// How long the last successful generations of one model took. Not empty.
struct Durations {
    std::vector<std::chrono::milliseconds> sorted;
    /// From the first of them to the last, for how many there are in a time.
    std::chrono::milliseconds span{};

    std::chrono::milliseconds median() const { return sorted[sorted.size() / 2]; }
    /// How many of a hundred have ended after so long: at most 99, as there is no telling which will be the last.
    int progress(std::chrono::milliseconds elapsed) const;
};

struct Outlook {
    std::optional<std::int64_t> position;  ///< from 1; of one that waits
    std::optional<std::int64_t> eta_seconds;
    std::int64_t sample_size = 0;  ///< what the estimate is from
    int progress = 0;
};
/// `ahead`: how many of the same model are to be sent before it.
Outlook outlook(const Generation& generation, const std::optional<Durations>& durations, std::int64_t ahead, Time now);

}  // namespace dreamina
