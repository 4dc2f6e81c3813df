#pragma once
/// The upstream's state as /healthz and the API tell it.

#include "base/json_reader.hpp"
#include "domain/upstream_breaker.hpp"

namespace dreamina {

/// {"state", "since", "next_probe_at", "failed_probes"}; the last three are null while it is closed.
Json upstream_json(const BreakerState& state, Time now);

}  // namespace dreamina
