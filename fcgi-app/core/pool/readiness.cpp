#include "pool/readiness.hpp"

#include "base/log.hpp"
#include "storage/breaker_store.hpp"
#include "storage/pool_figures.hpp"

namespace dreamina {

Readiness::Readiness(std::filesystem::path database_file, HttpTransport& http)
    : database_file_(std::move(database_file)), http_(http)
{
}

ReadinessFindings Readiness::look(Database& database, const SettingsFile& settings, Time now)
{
    ReadinessFindings found{.database = std::nullopt,
                            .settings_fault = settings.fault(),
                            .upstream = UpstreamReach::reachable,
                            .scheduler = scheduler_signs(database_file_)};
    found.scheduler_runs = found.scheduler.running(now);
    const std::lock_guard lock{mutex_};
    found.database = look_at_database(now);
    found.upstream = look_at_upstream(database, settings.current()->settings.upstream_base_url, now);
    return found;
}

std::optional<WriteFault> Readiness::look_at_database(Time now)
{
    if (write_ && write_->lasts(write_probe_lasts, now)) return write_->value;
    const auto found = find_write_fault(database_file_, now, write_probe_patience);
    const auto fault = found ? std::optional{found->fault} : std::nullopt;
    if (fault && !(write_ && write_->value == fault)) log_error("the database cannot be written: {}", found->words);
    if (!fault && write_ && write_->value) log_info("the database can be written again");
    write_ = {.value = fault, .at = now};
    return fault;
}

UpstreamReach Readiness::look_at_upstream(Database& database, const std::string& base_url, Time now)
{
    const std::int64_t uses = uses_so_far(database);
    if (!uses_ || uses_->value != uses) {
        had_traffic_ = uses_.has_value();
        uses_ = {.value = uses, .at = now};
    }
    if (BreakerStore{database}.state().is_open()) return UpstreamReach::outage;
    if (asked_url_ != base_url) {  // what is known is known of another one
        asked_url_ = base_url;
        had_traffic_ = false;
        answer_.reset();
    }
    if (had_traffic_ && uses_->lasts(traffic_lasts, now)) return UpstreamReach::reachable;
    if (!answer_ || !answer_->lasts(upstream_probe_lasts, now)) {
        answer_ = {.value = upstream_answers(base_url), .at = now};
    }
    return answer_->value ? UpstreamReach::reachable : UpstreamReach::unreachable;
}

/// Whatever it answers, it is there; but for those who answer in the place of one that is not.
bool Readiness::upstream_answers(const std::string& base_url)
{
    const bool slash = base_url.ends_with('/');
    const auto answer = http_.send({.url = base_url + (slash ? "ping" : "/ping"),
                                    .bearer = {},
                                    .json_body = {},
                                    .timeout = upstream_probe_timeout},
                                   {});
    return answer && answer->status != 502 && answer->status != 503 && answer->status != 504;
}

}  // namespace dreamina
