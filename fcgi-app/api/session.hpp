#pragma once
/// /api/login, /api/logout, /api/me and /api/sessions.

#include <vector>

#include "server/router.hpp"

namespace dreamina {

std::vector<Route> session_routes();

}  // namespace dreamina
