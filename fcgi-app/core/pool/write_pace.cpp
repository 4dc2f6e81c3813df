#include "core/pool/write_pace.hpp"

#include <algorithm>

namespace dreamina {
namespace {

/// How much the last turn says of the load: a pause, or a burst, is over within some turns.
constexpr double weight_of_last = 0.25;

}  // namespace

std::size_t WritePace::enough(std::size_t in_flight) const
{
    return in_flight >= many && per_longest_ >= static_cast<double>(full) / 2 ? full : 0;
}

WritePace::Clock::time_point WritePace::begins(const Gathered& gathered, std::size_t in_flight) const
{
    const auto earliest = in_flight < few ? last_ : last_ + shortest;
    if (gathered.entries < enough(in_flight)) return last_ + longest;
    return gathered.is_awaited ? earliest : std::max(earliest, gathered.oldest + unawaited);
}

void WritePace::has_begun(Clock::time_point now, std::size_t entries)
{
    const std::chrono::duration<double> took = std::max<Clock::duration>(now - last_, shortest);
    const double rate = static_cast<double>(entries) * (std::chrono::duration<double>{longest} / took);
    per_longest_ += weight_of_last * (rate - per_longest_);
    last_ = now;
}

}  // namespace dreamina
