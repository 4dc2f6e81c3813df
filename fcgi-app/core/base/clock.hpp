#pragma once
/// Points in time as the product keeps them: whole milliseconds since 1970, UTC.
/// Rules and stores take `now` as an argument; only the mains and the request edge ask the system.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

using std::chrono::milliseconds;
using Time = std::chrono::sys_time<milliseconds>;

/// The wall clock. It may jump; durations are measured on std::chrono::steady_clock.
Time system_now();

constexpr std::int64_t to_millis(Time time) { return time.time_since_epoch().count(); }
constexpr Time from_millis(std::int64_t millis) { return Time{milliseconds{millis}}; }

/// "2026-11-22T11:28:34.461Z"
std::string to_rfc3339(Time time);

/// Reads RFC 3339 with `Z` or a numeric offset, fraction optional; nothing if it is not one.
/// A time without a zone is taken as UTC, as the earlier program's page sends back what it was given.
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace dreamina
