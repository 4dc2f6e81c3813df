#pragma once
/// /api/keys: the keys of /v1.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> key_routes();

}  // namespace dreamina
