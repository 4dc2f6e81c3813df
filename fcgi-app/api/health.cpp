#include "api/health.hpp"

#include "storage/lease_store.hpp"

namespace dreamina {
namespace {

Outcome health(Call& call);

}  // namespace

std::vector<Route> health_routes() { return {{"GET", "/healthz", Access::open, health}}; }

namespace {

/// Ill settings are told but are no failure: the last good ones are in force.
Outcome health(Call& call)
{
    LeaseStore{call.database}.count_epoch();  // throws if the database cannot be read
    const std::string fault = call.services.settings.fault();
    Json body{{"status", "ok"}, {"settings", fault.empty() ? "ok" : fault}};
    return json_reply(200, body);
}

}  // namespace
}  // namespace dreamina
