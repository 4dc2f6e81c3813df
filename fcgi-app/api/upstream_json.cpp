#include "api/upstream_json.hpp"

namespace dreamina {

Json upstream_json(const BreakerState& state, Time now)
{
    Json json{{"state", phase_of(state)}, {"since", nullptr}, {"next_probe_at", nullptr}, {"failed_probes", nullptr}};
    if (!state.is_open()) return json;
    json["since"] = to_rfc3339(*state.opened_at);
    json["next_probe_at"] = to_rfc3339(next_chance(state, now));
    json["failed_probes"] = state.failed_probes;
    return json;
}

}  // namespace dreamina
