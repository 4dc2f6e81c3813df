#pragma once
/// The description of the API itself, for the programs that are made from it. It is openapi.json beside this file.

#include <string_view>
#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

/// GET /api/openapi.json
std::vector<Route> openapi_routes();

/// openapi.json, as it was when this program was built.
std::string_view openapi_text();

}  // namespace dreamina
