#pragma once
/// POST /api/accounts/bulk: many accounts at once, all or nothing.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> account_import_routes();

}  // namespace dreamina
