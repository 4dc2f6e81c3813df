#pragma once
/// /api/stats: sums of the request log over time.

#include <vector>

#include "server/router.hpp"

namespace dreamina {

std::vector<Route> stats_routes();

}  // namespace dreamina
