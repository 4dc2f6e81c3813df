#pragma once
/// /api/results: stored results of all clients.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> result_routes();

}  // namespace dreamina
