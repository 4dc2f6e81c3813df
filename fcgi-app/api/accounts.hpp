#pragma once
/// /api/accounts: list, show, add, change, remove, ban, unban, enable, disable.

#include <vector>

#include "server/router.hpp"

namespace dreamina {

std::vector<Route> account_routes();

Reply unknown_account();

}  // namespace dreamina
