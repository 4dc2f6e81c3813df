#pragma once
/// /metrics: the service in figures, for Prometheus. Right over all workers and restarts, since whatever is counted
/// stands in the database. Labels hold models of the catalogue, regions and the like: never an e-mail, a key or
/// anything else of which there may be any number.

#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> metrics_routes();

}  // namespace dreamina
