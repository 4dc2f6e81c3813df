#include "core/health/service_checks.hpp"

#include "core/health/thresholds.hpp"
#include "core/pool/worker_presence.hpp"

namespace dreamina {
namespace {

/// Those that are known.
std::vector<MessageParam> known_of(std::initializer_list<MessageParam> all)
{
    std::vector<MessageParam> known;
    for (const MessageParam& each : all)
        if (each.value != MessageValue{std::string{}}) known.push_back(each);
    return known;
}

/// Each diagnosis that is no upstream has its texts.
std::string upstream_code(UpstreamDiagnosis diagnosis)
{
    constexpr std::string_view codes = "health.upstream.";
    return std::string{codes}.append(to_string(diagnosis));
}

}  // namespace

Finding look_at_settings(const Message& fault)
{
    if (fault.empty()) return {Level::ok, "health.settings.ok"};
    return {Level::fault, "health.settings.bad", {{"fault", fault}}};
}

Finding look_at_password(const Settings& settings)
{
    if (password_kind(settings.admin_password) != "default") return {Level::ok, "health.password.ok"};
    return {Level::warning, "health.password.default"};
}

Finding look_at_workers(SettingsFile& settings, const std::filesystem::path& database_file, Time now)
{
    settings.refresh();
    const auto found = workers_on_settings(presence_folder(database_file), settings.version());
    const bool behind = found.running != found.up_to_date && now - settings.changed_at() >= takes_settings;
    Finding finding{behind ? Level::warning : Level::ok,
                    behind ? "health.workers.behind" : "health.workers.ok",
                    {{"running", found.running}, {"up_to_date", found.up_to_date}}};
    // What a rolling restart leaves behind, for hours if need be: no fault.
    if (found.draining > 0) {
        finding.params.push_back({"draining", found.draining});
        if (!behind) finding.code = "health.workers.draining";
    }
    return finding;
}

Finding look_at_scheduler(const SchedulerSigns& signs, Time now)
{
    if (signs.running(now)) return {Level::ok, "health.scheduler.ok"};
    if (!signs.beat_at) return {Level::fault, "health.scheduler.never_ran"};
    return {Level::fault,
            signs.locked ? "health.scheduler.stuck" : "health.scheduler.not_running",
            {{"since", to_rfc3339(*signs.beat_at)}}};
}

Finding look_at_upstream(const UpstreamFacts& facts)
{
    return {Level::ok, "health.upstream.ok", known_of({{"kind", to_string(facts.kind)}, {"version", facts.version}})};
}

Finding look_at_upstream(const UpstreamDetection& found)
{
    if (is_upstream(found.diagnosis))
        return {Level::ok, "health.upstream.ok",
                known_of({{"kind", to_string(kind_of(found.diagnosis))}, {"version", found.version}})};
    return {Level::fault, upstream_code(found.diagnosis), known_of({{"instead", found.instead}})};
}

Finding look_at_breaker(const BreakerState& open, Time now)
{
    return {Level::fault, "health.upstream.outage", {{"since", to_rfc3339(open.opened_at.value_or(now))}}};
}

}  // namespace dreamina
