#pragma once
/// The routes that queue work for the scheduler: registering accounts and refreshing a session. With `?wait=SECONDS`
/// they answer with the job's outcome if it ends in time; the earlier program's routes always wait.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> account_job_routes();

}  // namespace dreamina
