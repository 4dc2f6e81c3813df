#pragma once
/// /healthz, /healthz/live and /healthz/ready for load balancers and the start script: open to all, and they tell
/// nothing that a stranger may not know. /api/health for the page: the same and more, with what to do.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> health_routes();

}  // namespace dreamina
