#include "core/pool/readiness.hpp"

#include "core/base/log.hpp"
#include "core/clients/upstream_detection.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/accounts/pool_figures.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {

Readiness::Readiness(std::filesystem::path database_file, HttpTransport& http)
    : database_file_(std::move(database_file)), http_(http)
{
}

ReadinessReport Readiness::look(Database& database, const SettingsFile& settings, Time now)
{
    ReadinessReport found{
        .database = std::nullopt, .settings_fault = settings.fault(), .scheduler = scheduler_signs(database_file_)};
    found.scheduler_runs = found.scheduler.running(now);
    const std::lock_guard lock{mutex_};
    found.database = look_at_database(now);
    look_at_upstream(database, settings.current()->settings.upstream_base_url, now, found);
    return found;
}

std::optional<WriteFault> Readiness::look_at_database(Time now)
{
    if (write_ && write_->lasts(write_probe_lasts, now)) return write_->value;
    const auto found = find_write_fault(database_file_, now, write_probe_patience);
    const auto fault = found ? std::optional{found->fault} : std::nullopt;
    if (fault && !(write_ && write_->value == fault)) log_critical("the database cannot be written: {}", found->words);
    if (!fault && write_ && write_->value) log_info("the database can be written again");
    write_ = {.value = fault, .at = now};
    return fault;
}

void Readiness::look_at_upstream(Database& database, const std::string& base_url, Time now, ReadinessReport& found)
{
    const std::int64_t uses = uses_so_far(database);
    if (!uses_ || uses_->value != uses) {
        had_traffic_ = uses_.has_value();
        uses_ = {.value = uses, .at = now};
    }
    if (BreakerStore{database}.state().is_open()) {
        found.upstream = UpstreamReach::outage;
        return;
    }
    if (asked_url_ != base_url) {  // what is known is known of another one
        asked_url_ = base_url;
        had_traffic_ = false;
        answer_.reset();
    }
    const KnownUpstream known = UpstreamFactsStore{database}.known();
    const bool is_something_else = known.facts.base_url == base_url && known.diagnosis &&
                                   !is_upstream(*known.diagnosis) && !is_away(*known.diagnosis);
    if (!is_something_else && had_traffic_ && uses_->lasts(traffic_lasts, now)) return;
    if (!answer_ || !answer_->lasts(upstream_probe_lasts, now))
        answer_ = {.value = look_for_upstream(http_, base_url, upstream_probe_timeout), .at = now};
    if (is_upstream(answer_->value.diagnosis)) return;
    found.upstream_found = answer_->value;
    found.upstream = is_away(answer_->value.diagnosis) ? UpstreamReach::unreachable : UpstreamReach::not_an_upstream;
}

}  // namespace dreamina
