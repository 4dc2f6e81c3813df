#pragma once
/// GET /api/accounts/{id}/usage: what the account was used for, day by day.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> account_usage_routes();

}  // namespace dreamina
