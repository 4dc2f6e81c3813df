#pragma once
/// /api/requests: the log of forwarded and refused requests.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> request_routes();

}  // namespace dreamina
