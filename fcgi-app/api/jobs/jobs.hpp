#pragma once
/// /api/jobs: list, show, queue, cancel, retry.

#include <vector>

#include "api/http/router.hpp"
#include "core/storage/stores/job_store.hpp"

namespace dreamina {

std::vector<Route> job_routes();

/// 202 {job}.
Reply accepted(const Job& job);
Error no_register_service();

/// So many accounts one job may register.
constexpr std::int64_t max_registrations = 100;

}  // namespace dreamina
