#include "api/system/upstream_json.hpp"

#include "api/http/json_values.hpp"

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

Json upstream_program_json(const KnownUpstream& known)
{
    const auto text = [](std::string_view value) { return value.empty() ? Json(nullptr) : Json(value); };
    return {{"kind", text(to_string(known.facts.kind))},
            {"version", text(known.facts.version)},
            {"finding", known.diagnosis ? Json(to_string(*known.diagnosis)) : Json(nullptr)},
            {"finding_message", message_json(known.message)},
            {"message", text(english(known.message))},
            {"instead", text(known.instead)},
            {"asked_at", value_or_null(known.asked_at)}};
}

}  // namespace dreamina
