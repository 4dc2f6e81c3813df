#pragma once
/// /api/login, /api/logout and /api/me.

#include <vector>

#include "server/router.hpp"

namespace dreamina {

std::vector<Route> session_routes();

}  // namespace dreamina
