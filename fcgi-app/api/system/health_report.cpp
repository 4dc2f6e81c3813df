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
    Time newest = found.scheduler_signs.beat_at.value_or(Time{});
    for (const ScheduledJob& job : schedule) newest = std::max(newest, job.last_ended_at.value_or(Time{}));
    return {found.database,
            found.settings,
            look_at_workers(call.services.settings, file, call.now),
            found.upstream,
            found.scheduler,
            look_at_accounts(call.database, call.settings()),
            look_at_jobs(call.database, call.now),
            look_at_webhooks(call.database),
            look_at_results(call.database, call.settings(), file),
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

Json readiness_checks(const ReadinessReport& found)
{
    Json checks = Json::object();
    for (const Finding& finding : found.findings()) {
        const Message fault = public_summary(finding);
        checks[std::string{finding.part()}] = fault.empty() ? "ok" : english(fault);
    }
    return checks;
}

Json health_report(Call& call)
{
    const Findings findings = look_at_everything(call);
    Json items = Json::array();
    for (const Finding& finding : findings)
        items.push_back({{"name", finding.part()},
                         {"state", to_string(finding.level)},
                         {"code", finding.short_code()},
                         {"params", params_json(finding.params)},
                         {"message", english(finding.summary())},
                         {"advice", english_or_null(finding.advice())},
                         {"facts", facts_of(finding)}});
    return {
        {"status", to_string(worst_of(findings))}, {"checked_at", to_rfc3339(call.now)}, {"checks", std::move(items)}};
}

}  // namespace dreamina
