#pragma once
/// /api/keys/{id}/webhook: where the events of a key's generations go, and what signs them.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> key_webhook_routes();

}  // namespace dreamina
