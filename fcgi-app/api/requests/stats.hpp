#pragma once
/// /api/stats: sums of the request log over time.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> stats_routes();

}  // namespace dreamina
