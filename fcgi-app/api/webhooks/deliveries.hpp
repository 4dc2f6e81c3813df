#pragma once
/// /api/webhook-deliveries: what has been sent to whom, and what came of it.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> webhook_delivery_routes();

}  // namespace dreamina
