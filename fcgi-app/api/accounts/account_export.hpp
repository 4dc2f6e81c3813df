#pragma once
/// POST /api/accounts/export: accounts as a file. With their secrets only for a caller that knows the password.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> account_export_routes();

}  // namespace dreamina
