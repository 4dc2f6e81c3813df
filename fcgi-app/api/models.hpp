#pragma once
/// /api/models: the catalogue.

#include "server/router.hpp"

namespace dreamina {

std::vector<Route> model_routes();

}  // namespace dreamina
