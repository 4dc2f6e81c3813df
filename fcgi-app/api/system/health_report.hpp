#pragma once
/// What /healthz/ready and /api/health say.

#include "api/http/router.hpp"

namespace dreamina {

/// {"database": "ok" or what is wrong, "settings", "upstream", "scheduler"}: for strangers.
Json readiness_checks(const ReadinessReport& found);

/// {"status", "checked_at", "checks": [{"name", "state", "code", "params", …}]}: for administrators. A state is ok,
/// warning or fault; the status is the worst of them.
Json health_report(Call& call);

}  // namespace dreamina
