#pragma once
/// Ids that sort by the time they were made: twelve hexadecimal digits of milliseconds since 1970, twelve of chance.

#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace dreamina {

/// Another one each time, from any number of processes.
std::string new_time_ordered_id(Time now);

/// All ids made at `time` or later sort behind it or are it, all earlier ones sort before.
std::string first_id_of(Time time);

/// When an id was made.
Time time_of_id(std::string_view id);

bool is_time_ordered_id(std::string_view text);

}  // namespace dreamina
