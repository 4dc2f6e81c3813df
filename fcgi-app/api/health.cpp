#include "api/health.hpp"

#include "api/upstream_json.hpp"
#include "storage/breaker_store.hpp"

namespace dreamina {
namespace {

Outcome health(Call& call);
Outcome upstream(Call& call);

}  // namespace

std::vector<Route> health_routes()
{
    return {
        {"GET", "/healthz", Access::open, health},
        {"GET", "/api/upstream", Access::admin, upstream},
    };
}

namespace {

/// Throws if the database cannot be read. Ill settings are told but are no failure: the last good ones are in force;
/// nor is an upstream that is down: a restart of ours would not help it.
Outcome health(Call& call)
{
    const BreakerState breaker = BreakerStore{call.database}.state();
    const std::string fault = call.services.settings.fault();
    return json_reply(
        200,
        {{"status", "ok"}, {"settings", fault.empty() ? "ok" : fault}, {"upstream", upstream_json(breaker, call.now)}});
}

Outcome upstream(Call& call) { return json_reply(200, upstream_json(BreakerStore{call.database}.state(), call.now)); }

}  // namespace
}  // namespace dreamina
