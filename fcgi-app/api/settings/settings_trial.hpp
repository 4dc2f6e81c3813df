#pragma once
/// POST /api/settings/test: is there what a setting says? Asked before or after it is saved.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> settings_trial_routes();

}  // namespace dreamina
