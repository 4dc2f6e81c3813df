#include "core/health/readiness.hpp"

#include "core/base/log.hpp"
#include "core/clients/upstream_detection.hpp"
#include "core/health/machine_checks.hpp"
#include "core/health/service_checks.hpp"
#include "core/health/thresholds.hpp"
#include "core/storage/accounts/pool_figures.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {

Message public_summary(const Finding& finding)
{
    if (finding.level == Level::ok) return {};
    const std::string_view part = finding.part();
    const std::string_view code = finding.short_code();
    if (part == "database") return {std::string{"ready.database."}.append(code)};
    if (part == "settings") return {"ready.settings.bad"};
    if (part == "scheduler") return {"ready.scheduler.not_running"};
    const auto diagnosis = parse_upstream_diagnosis(code);
    if (!diagnosis) return {"ready.upstream.outage"};
    return {is_away(*diagnosis) ? "ready.upstream.unreachable" : "ready.upstream.not_the_service"};
}

Readiness::Readiness(std::filesystem::path database_file, HttpTransport& http)
    : database_file_(std::move(database_file)), http_(http)
{
}

ReadinessReport Readiness::look(Database& database, const SettingsFile& settings, Time now)
{
    const SchedulerSigns signs = scheduler_signs(database_file_);
    const std::lock_guard lock{mutex_};
    return {.database = look_at_writing(probe_database(now)),
            .settings = look_at_settings(settings.fault_message()),
            .upstream = probe_upstream(database, settings.current()->settings.upstream_base_url, now),
            .scheduler = look_at_scheduler(signs, now),
            .scheduler_signs = signs};
}

std::optional<WriteFault> Readiness::probe_database(Time now)
{
    if (write_ && write_->lasts(write_probe_lasts, now)) return write_->value;
    const auto found = find_write_fault(database_file_, now, write_probe_patience);
    const auto fault = found ? std::optional{found->fault} : std::nullopt;
    if (fault && !(write_ && write_->value == fault)) log_critical("the database cannot be written: {}", found->reason);
    if (!fault && write_ && write_->value) log_info("the database can be written again");
    write_ = {.value = fault, .at = now};
    return fault;
}

Finding Readiness::probe_upstream(Database& database, const std::string& base_url, Time now)
{
    const std::int64_t uses = uses_so_far(database);
    if (!uses_ || uses_->value != uses) {
        had_traffic_ = uses_.has_value();
        uses_ = {.value = uses, .at = now};
    }
    if (const BreakerState breaker = BreakerStore{database}.state(); breaker.is_open())
        return look_at_breaker(breaker, now);
    if (asked_url_ != base_url) {  // what is known is known of another one
        asked_url_ = base_url;
        had_traffic_ = false;
        answer_.reset();
    }
    const KnownUpstream known = UpstreamFactsStore{database}.known();
    const bool is_something_else = known.facts.base_url == base_url && known.diagnosis &&
                                   !is_upstream(*known.diagnosis) && !is_away(*known.diagnosis);
    if (!is_something_else && had_traffic_ && uses_->lasts(traffic_lasts, now)) return look_at_upstream(known.facts);
    if (!answer_ || !answer_->lasts(upstream_probe_lasts, now))
        answer_ = {.value = look_for_upstream(http_, base_url, upstream_probe_timeout), .at = now};
    return is_upstream(answer_->value.diagnosis) ? look_at_upstream(known.facts) : look_at_upstream(answer_->value);
}

}  // namespace dreamina
