#pragma once
/// /api/verdict-rules: which of an upstream's answers means what.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> verdict_rule_routes();

}  // namespace dreamina
