#include "core/domain/time_axis.hpp"

#include <algorithm>

#include "core/domain/daily_time.hpp"

namespace dreamina {
namespace {

constexpr DailyTime midnight{};

Time start_of(Step step, Time time)
{
    switch (step) {
    case Step::minute: return std::chrono::floor<std::chrono::minutes>(time);
    case Step::hour: return std::chrono::floor<std::chrono::hours>(time);
    case Step::day: break;
    }
    return latest_occurrence(midnight, time);
}

Time next_start(Step step, Time start)
{
    switch (step) {
    case Step::minute: return start + std::chrono::minutes{1};
    case Step::hour: return start + std::chrono::hours{1};
    case Step::day: break;
    }
    return next_occurrence(midnight, start);
}

}  // namespace

std::optional<TimeAxis> TimeAxis::of(Step step, Time from, Time to, std::size_t max_steps)
{
    TimeAxis axis;
    Time start = start_of(step, from);
    do {
        if (axis.starts_.size() == max_steps) return std::nullopt;
        axis.starts_.push_back(start);
        start = next_start(step, start);
    } while (start < to);
    axis.end_ = start;
    return axis;
}

std::size_t TimeAxis::place_of(Time time) const
{
    const auto behind = std::upper_bound(starts_.begin(), starts_.end(), time);
    return behind == starts_.begin() ? 0 : static_cast<std::size_t>(behind - starts_.begin()) - 1;
}

}  // namespace dreamina
