#pragma once
/// /api/verdict-rules: which of an upstream's answers means what.

#include <vector>

#include "server/router.hpp"

namespace dreamina {

std::vector<Route> verdict_rule_routes();

}  // namespace dreamina
