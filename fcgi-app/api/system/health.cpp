#include "api/system/health.hpp"

#include "api/system/health_report.hpp"
#include "api/system/upstream_json.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/engine/snapshot.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

HandlerResult health(Call& call);
Reply live();
HandlerResult ready(Call& call);
HandlerResult report(Call& call);
HandlerResult upstream(Call& call);

}  // namespace

std::vector<Route> health_routes()
{
    return {
        {"GET", "/healthz", Access::open, health, ThreadGroup::monitoring},
        {"GET", "/healthz/live", Access::open, nullptr, ThreadGroup::monitoring, live},
        {"GET", "/healthz/ready", Access::open, ready, ThreadGroup::monitoring},
        {"GET", "/api/health", Access::admin, report, ThreadGroup::monitoring},
        {"GET", "/api/upstream", Access::admin, upstream},
    };
}

namespace {

/// Where the file lies is no stranger's business.
std::string settings_state(Message fault)
{
    if (fault.empty()) return "ok";
    for (MessageParam& param : fault.params)
        if (const auto* file = std::get_if<std::string>(&param.value); file && param.name == "file")
            param.value = std::filesystem::path{*file}.filename().string();
    return english(fault);
}

/// Throws if the database cannot be read. Ill settings are told but are no failure: the last good ones are in force;
/// nor is an upstream that is down: a restart of ours would not help it.
HandlerResult health(Call& call)
{
    const BreakerState breaker = BreakerStore{call.database}.state();
    return json_reply(200, {{"status", "ok"},
                            {"settings", settings_state(call.services.settings.fault_message())},
                            {"upstream", upstream_json(breaker, call.now)}});
}

/// A monitor that restarts what is not live must not do so because a database or an upstream fails.
Reply live() { return json_reply(200, {{"status", "live"}}); }

HandlerResult ready(Call& call)
{
    const ReadinessReport found = call.services.readiness.look(call.database, call.services.settings, call.now);
    const bool good = found.ready();
    Reply reply =
        json_reply(good ? 200 : 503, {{"status", good ? "ready" : "not_ready"}, {"checks", readiness_checks(found)}});
    if (!good) reply.headers.push_back({"Retry-After", "5"});
    return reply;
}

HandlerResult report(Call& call) { return json_reply(200, health_report(call)); }

HandlerResult upstream(Call& call)
{
    const Snapshot moment{call.database};
    Json json = upstream_json(BreakerStore{call.database}.state(), call.now);
    json["program"] = upstream_program_json(UpstreamFactsStore{call.database}.known());
    return json_reply(200, json);
}

}  // namespace
}  // namespace dreamina
