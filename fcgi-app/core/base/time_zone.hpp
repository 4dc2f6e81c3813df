#pragma once
/// The time zone of the process. The C library takes UTC, silently, for a TZ that names none.

#include <chrono>
#include <string>

#include "core/base/clock.hpp"

namespace dreamina {

struct LocalZone {
    std::string name;               ///< as TZ has it; the machine's own where TZ is not set
    std::chrono::seconds offset{};  ///< of local time from UTC
    bool exists = true;             ///< false: TZ names no zone, and local times are in UTC
};

/// The zone in force, with its offset at `now`. Any thread.
LocalZone local_zone(Time now);

/// True for a file of the zone database ("Asia/Shanghai", an absolute path) and for a rule as POSIX has it ("CST-8",
/// "<+08>-8", "EST5EDT,M3.2.0,M11.1.0").
bool time_zone_exists(const std::string& name);

/// "+08:00"
std::string offset_text(std::chrono::seconds offset);

/// At the start of a process, before its threads: takes quotes off TZ, with a warning, and logs a TZ that names no
/// zone.
void settle_time_zone();

}  // namespace dreamina
