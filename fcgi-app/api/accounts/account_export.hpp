#pragma once
/// POST /api/accounts/export: accounts as a file. Their secrets only for whoever knows the password.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> account_export_routes();

}  // namespace dreamina
