#pragma once
/// /api/accounts: list, show, add, change, remove, ban, unban, enable, disable.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> account_routes();

Reply unknown_account();

/// Hours that a ban lasts: 12 where nothing is said, null for "until unbanned by hand".
constexpr double default_ban_hours = 12;
constexpr double max_ban_hours = 87'600;  ///< ten years
constexpr bool is_ban_duration(double hours) { return hours > 0 && hours <= max_ban_hours; }
inline Message ban_duration_fault() { return {"field.not_ban_hours", {{"max", max_ban_hours}}}; }
inline Message ban_note() { return {"account.administrator"}; }
Time ban_end(Time now, double hours);

}  // namespace dreamina
