#pragma once
/// /api/audit: who changed what, the newest first.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> audit_routes();

}  // namespace dreamina
