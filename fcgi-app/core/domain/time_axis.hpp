#pragma once
/// The minutes, hours or local days of a stretch of time, one behind the other, for what is shown over time.

#include <cstddef>
#include <optional>
#include <vector>

#include "core/base/clock.hpp"

namespace dreamina {

enum class Step { minute, hour, day };

class TimeAxis {
public:
    /// From the minute, hour (UTC) or local day that holds `from` up to the one that holds the moment before `to`; at
    /// most `max_steps` of them, nothing if there would be more. An hour that two local days share (where the zone's
    /// offset is no whole number of hours) belongs to the day in which it begins.
    static std::optional<TimeAxis> of(Step step, Time from, Time to, std::size_t max_steps);

    const std::vector<Time>& starts() const { return starts_; }
    Time begin() const { return starts_.front(); }
    Time end() const { return end_; }

    /// In which of them a moment of the stretch lies.
    std::size_t place_of(Time time) const;

private:
    std::vector<Time> starts_;
    Time end_{};
};

}  // namespace dreamina
