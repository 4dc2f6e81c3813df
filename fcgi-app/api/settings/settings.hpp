#pragma once
/// /api/settings: all of them as one flat object, and a subset to change. Beside the settings a change takes two words:
/// `reset`, a list of those that go out of the file, and `expected`, what the caller saw in force (409 if it is no
/// longer).

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> settings_routes();

}  // namespace dreamina
