#pragma once
/// /healthz: whether this worker can do its work. For load balancers and the start script; tells nothing secret.

#include <vector>

#include "server/router.hpp"

namespace dreamina {

std::vector<Route> health_routes();

}  // namespace dreamina
