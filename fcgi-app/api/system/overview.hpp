#pragma once
/// GET /api/overview: the pool at a glance, all of one moment.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> overview_routes();

}  // namespace dreamina
