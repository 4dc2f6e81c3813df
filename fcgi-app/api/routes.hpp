#pragma once
/// All routes of /api and what is open beside it.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

/// Fixed paths stand before those with a {…} that they would fit.
std::vector<Route> all_routes();

}  // namespace dreamina
