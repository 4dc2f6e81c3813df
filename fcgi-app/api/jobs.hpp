#pragma once
/// /api/jobs: list, show, queue, cancel, retry.

#include <vector>

#include "domain/settings.hpp"
#include "server/router.hpp"

namespace dreamina {

std::vector<Route> job_routes();

bool register_service_is_configured(const Settings& settings);
Error register_service_not_configured();

/// So many accounts one job may register.
constexpr std::int64_t most_registrations = 100;

}  // namespace dreamina
