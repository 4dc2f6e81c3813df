#pragma once
/// /api/settings: all of them as one flat object, and a subset to change.

#include <vector>

#include "server/router.hpp"

namespace dreamina {

std::vector<Route> settings_routes();

}  // namespace dreamina
