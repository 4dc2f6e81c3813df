#pragma once
/// /api/generations: requests that outlive their connection, of all clients.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> generation_routes();

}  // namespace dreamina
