#pragma once
/// /api/login, /api/logout, /api/me and /api/sessions.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> session_routes();

}  // namespace dreamina
