#pragma once
/// /api/models: the catalogue.

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> model_routes();

}  // namespace dreamina
