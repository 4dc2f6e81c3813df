#pragma once
/// /api/schedule: the scheduler's timed jobs, and a run of one now.

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> schedule_routes();

}  // namespace dreamina
