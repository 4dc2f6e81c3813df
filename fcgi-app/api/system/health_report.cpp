#include "api/system/health_report.hpp"

#include <algorithm>

#include "api/http/json_values.hpp"
#include "core/health/machine_checks.hpp"
#include "core/health/service_checks.hpp"
#include "core/health/work_checks.hpp"

namespace dreamina {
namespace {

Findings look_at_everything(Call& call)
{
    const ReadinessReport found = call.services.readiness.look(call.database, call.services.settings, call.now);
    const auto schedule = ScheduleStore{call.database}.all();
    const auto& file = call.services.database_file.path();
    Time newest = found.scheduler.beat_at.value_or(Time{});
    for (const ScheduledJob& job : schedule) newest = std::max(newest, job.last_ended_at.value_or(Time{}));
    return {look_at_writing(found.database),
            look_at_settings(found.settings_fault),
            look_at_workers(call.services.settings, file, call.now),
            look_at_upstream(call.database, found, call.now),
            look_at_scheduler(found.scheduler, call.now),
            look_at_accounts(call.database, call.settings()),
            look_at_jobs(call.database, call.now),
            look_at_timed_jobs(schedule),
            look_at_backup(schedule, call.now),
            look_at_disk(file.parent_path()),
            look_at_log(file),
            look_at_place(file),
            look_at_password(call.settings()),
            look_at_clock(newest, call.now),
            look_at_time_zone(call.now)};
}

/// The parameters, with English words for a message among them.
Json facts_of(const Finding& finding)
{
    Json facts = params_json(finding.params);
    for (const MessageParam& param : finding.params)
        if (const auto* words = std::get_if<Message>(&param.value)) facts[param.name] = english(*words);
    return facts;
}

}  // namespace

Json words_for(const ReadinessReport& found)
{
    const auto upstream = [&]() -> std::string_view {
        switch (found.upstream) {
        case UpstreamReach::reachable: return "ok";
        case UpstreamReach::outage: return "requests have found the upstream down";
        case UpstreamReach::not_an_upstream: return "what answers at its address is not an upstream";
        case UpstreamReach::unreachable: break;
        }
        return "the upstream does not answer";
    };
    return {{"database", found.database ? sentence_for(*found.database) : "ok"},
            {"settings", found.settings_fault.empty() ? "ok" : "the configuration file has a fault"},
            {"upstream", upstream()},
            {"scheduler", found.scheduler_runs ? "ok" : "the scheduler does not run"}};
}

Json health_report(Call& call)
{
    const Findings findings = look_at_everything(call);
    Json items = Json::array();
    for (const Finding& finding : findings)
        items.push_back({{"name", finding.part()},
                         {"state", to_string(finding.level)},
                         {"code", finding.word()},
                         {"params", params_json(finding.params)},
                         {"message", english(finding.summary())},
                         {"advice", words_or_null(finding.advice())},
                         {"facts", facts_of(finding)}});
    return {
        {"status", to_string(worst_of(findings))}, {"checked_at", to_rfc3339(call.now)}, {"checks", std::move(items)}};
}

}  // namespace dreamina
