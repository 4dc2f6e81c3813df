#include "api/system/metrics.hpp"

#include <algorithm>
#include <filesystem>

#include "api/system/metrics_text.hpp"
#include "core/base/file.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/accounts/pool_figures.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/results/result_files.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "core/storage/engine/snapshot.hpp"

namespace dreamina {
namespace {

HandlerResult metrics(Call& call);

}  // namespace

std::vector<Route> metrics_routes() { return {{"GET", "/metrics", Access::metrics, metrics, ThreadGroup::monitoring}}; }

namespace {

double in_seconds(milliseconds span) { return static_cast<double>(span.count()) / 1000; }
double in_seconds(Time time) { return in_seconds(time.time_since_epoch()); }

void tell_accounts(MetricsText& text, Call& call)
{
    const auto groups = account_groups(call.database);
    text.gauge("dreamina_accounts", "Accounts by region and status.");
    for (const Region region : all_regions) {
        for (const AccountStatus status : all_statuses) {
            std::int64_t accounts = 0;
            for (const AccountGroup& group : groups)
                if (group.region == region && group.status == status) accounts = group.accounts;
            text.sample(accounts, {{"region", to_string(region)}, {"status", to_string(status)}});
        }
    }
    text.gauge("dreamina_points", "Points of all accounts by region, as far as they are known.");
    for (const Region region : all_regions) {
        double points = 0;
        for (const AccountGroup& group : groups)
            if (group.region == region) points += group.points;
        text.sample(points, {{"region", to_string(region)}});
    }
}

void tell_models(MetricsText& text, Call& call)
{
    const PoolCapacity capacity{call.database};
    const auto models = ModelStore{call.database}.all();
    std::vector<ModelCapacity> capacities;
    for (const Model& model : models) capacities.push_back(capacity.of(model, call.settings()));

    text.gauge("dreamina_model_accounts", "Accounts that could serve the model now.");
    for (std::size_t i = 0; i < models.size(); ++i) text.sample(capacities[i].accounts, {{"model", models[i].id}});
    const auto remaining_calls = [&](std::string_view name, std::string_view help) {
        text.gauge(name, help);
        for (std::size_t i = 0; i < models.size(); ++i)
            if (capacities[i].calls) text.sample(*capacities[i].calls, {{"model", models[i].id}});
    };
    remaining_calls("dreamina_model_remaining_calls",
                    "Calls that the accounts in the pool have left before the model's daily limit.");
    remaining_calls("dreamina_model_room", "Deprecated: dreamina_model_remaining_calls.");
    text.gauge("dreamina_model_calls_today", "Calls counted since the last daily reset, those in flight among them.");
    for (std::size_t i = 0; i < models.size(); ++i) text.sample(capacities[i].used, {{"model", models[i].id}});
    text.sample(capacity.used_by_others(), {{"model", other_models}});

    const auto in_flight = in_flight_by_model(call.database);
    text.gauge("dreamina_requests_in_flight", "Requests that are with the upstream, over all workers.");
    const auto count = [&](const std::string& model) {
        const auto found = in_flight.find(model);
        return found == in_flight.end() ? std::int64_t{0} : found->second;
    };
    for (const Model& model : models) text.sample(count(model.id), {{"model", model.id}});
    text.sample(count(""), {{"model", other_models}});
    text.gauge("dreamina_requests_waiting", "Requests that wait until an account is free, over all workers.");
    text.sample(waiting_requests(call.database));
    text.gauge("dreamina_generations", "Generations that have not ended, over all workers.");
    const auto generations = GenerationStore{call.database}.counts();
    for (const GenerationState state : {GenerationState::queued, GenerationState::in_progress}) {
        std::int64_t count_of_state = 0;
        for (const auto& each : generations)
            if (each.state == state) count_of_state = each.count;
        text.sample(count_of_state, {{"state", to_string(state)}});
    }
}

void tell_results(MetricsText& text, Call& call)
{
    ResultStore store{call.database};
    const auto counts = store.counts();
    text.gauge("dreamina_results", "Results that have not expired, by state; failed: they could not be fetched.");
    for (const auto& each : counts) text.sample(each.count, {{"state", to_string(each.state)}});
    text.gauge("dreamina_results_bytes", "Size of the stored results.");
    text.sample(store.totals().bytes);
    const auto folder = result_folder(call.settings(), call.services.database_file.path());
    if (const auto free_bytes = free_space(folder)) {
        text.gauge("dreamina_results_free_bytes", "Free space where results are stored.");
        text.sample(static_cast<std::int64_t>(*free_bytes));
    }
}

void tell_latency(MetricsText& text, StatisticsStore& statistics, LatencyPart part, std::string_view name,
                  std::string_view help)
{
    const LatencyHistogram latency = statistics.latency(part);
    std::vector<MetricsText::Bucket> buckets;
    for (const LatencyBucket& bucket : latency.buckets)
        if (bucket.up_to_ms != no_bound)
            buckets.push_back({.up_to = in_seconds(milliseconds{bucket.up_to_ms}), .count = bucket.requests});
    text.histogram(name, help, buckets, latency.requests, in_seconds(milliseconds{latency.sum_ms}));
}

/// Over all time, all workers and their restarts.
void tell_requests(MetricsText& text, Call& call)
{
    StatisticsStore statistics{call.database};
    const auto totals = statistics.request_totals();
    const auto tell = [&](std::string_view name, std::string_view help, std::int64_t RequestTotal::*value) {
        text.counter(name, help);
        for (const RequestTotal& total : totals)
            text.sample(total.*value, {{"model", total.model}, {"outcome", total.outcome}});
    };
    tell("dreamina_requests_total", "Requests that have ended, by what they were counted under and how they ended.",
         &RequestTotal::requests);
    tell("dreamina_request_bytes_total", "Bytes of the bodies of those requests.", &RequestTotal::bytes_in);
    tell("dreamina_answer_bytes_total", "Bytes of the bodies of their answers.", &RequestTotal::bytes_out);
    text.counter("dreamina_attempts_total", "Accounts that were tried, by what the answer meant.");
    for (const AttemptTotal& total : statistics.attempt_totals())
        text.sample(total.attempts, {{"verdict", total.verdict}});
    tell_latency(text, statistics, LatencyPart::whole, "dreamina_request_duration_seconds",
                 "Total duration of requests.");
    tell_latency(text, statistics, LatencyPart::own, "dreamina_request_own_duration_seconds",
                 "How long requests took without the upstream's part; waiting for a free account is in it.");
}

void tell_upstream(MetricsText& text, Call& call)
{
    const BreakerState breaker = BreakerStore{call.database}.state();
    text.gauge("dreamina_upstream_breaker", "1 for the state that the upstream's breaker is in.");
    for (const std::string_view phase : {"closed", "open", "half_open"})
        text.sample(std::int64_t{phase == phase_of(breaker)}, {{"state", phase}});
}

void tell_jobs(MetricsText& text, Call& call)
{
    const auto open = open_jobs(call.database);
    text.gauge("dreamina_jobs_open", "Jobs that wait or run.");
    for (const JobKind kind : all_job_kinds) {
        for (const JobState state : {JobState::queued, JobState::running}) {
            std::int64_t jobs = 0;
            for (const OpenJobs& group : open)
                if (group.kind == kind && group.state == state) jobs = group.jobs;
            text.sample(jobs, {{"kind", to_string(kind)}, {"state", to_string(state)}});
        }
    }
}

void tell_ended_jobs(MetricsText& text, Call& call)
{
    text.counter("dreamina_jobs_total", "Jobs that have ended, by how.");
    for (const JobTotal& total : StatisticsStore{call.database}.job_totals())
        text.sample(total.jobs, {{"kind", total.kind}, {"outcome", total.outcome}});
}

void tell_schedule(MetricsText& text, Call& call)
{
    const SchedulerSigns signs = scheduler_signs(call.services.database_file);
    text.gauge("dreamina_scheduler_up", "1 while the scheduler is running.");
    text.sample(std::int64_t{signs.running(call.now)});
    if (signs.beat_at) {
        const double age = std::max(0.0, in_seconds(call.now - *signs.beat_at));
        text.gauge("dreamina_scheduler_heartbeat_age_seconds", "Seconds since the scheduler's last heartbeat.");
        text.sample(age);
        text.gauge("dreamina_scheduler_beat_age_seconds", "Deprecated: dreamina_scheduler_heartbeat_age_seconds.");
        text.sample(age);
    }
    const auto jobs = ScheduleStore{call.database}.all();
    text.gauge("dreamina_timed_job_last_end_timestamp_seconds", "When the timed job's last run ended.");
    for (const ScheduledJob& job : jobs)
        if (job.last_ended_at) text.sample(in_seconds(*job.last_ended_at), {{"job", job.name}});
    text.gauge("dreamina_timed_job_ok", "1 if the timed job's last run went well.");
    for (const ScheduledJob& job : jobs)
        if (job.outcome) text.sample(std::int64_t{job.outcome == "ok"}, {{"job", job.name}});
}

void tell_files(MetricsText& text, Call& call)
{
    const auto size_of = [](const std::filesystem::path& file) {
        std::error_code error;
        const auto size = std::filesystem::file_size(file, error);
        return error ? std::int64_t{0} : static_cast<std::int64_t>(size);
    };
    const std::filesystem::path& file = call.services.database_file;
    text.gauge("dreamina_database_bytes", "Size of the database's file.");
    text.sample(size_of(file));
    text.gauge("dreamina_database_log_bytes", "Size of the database's log, which the scheduler keeps small.");
    text.sample(size_of(file.string() + "-wal"));
    if (const auto free_bytes = free_space(file.parent_path())) {
        text.gauge("dreamina_disk_free_bytes", "Free space where the database is.");
        text.sample(static_cast<std::int64_t>(*free_bytes));
    }
}

void tell_service(MetricsText& text, Call& call)
{
    text.gauge("dreamina_info", "1; the version is in its label.");
    text.sample(std::int64_t{1}, {{"version", DREAMINA_VERSION}});
    text.gauge("dreamina_settings_good", "0 while config.json has a fault and the last good settings are in force.");
    text.sample(std::int64_t{call.services.settings.fault_message().empty()});
}

HandlerResult metrics(Call& call)
{
    MetricsText text;
    tell_service(text, call);
    {
        const Snapshot snapshot{call.database};
        tell_models(text, call);
        tell_accounts(text, call);
        tell_upstream(text, call);
        tell_requests(text, call);
        tell_jobs(text, call);
        tell_ended_jobs(text, call);
        tell_schedule(text, call);
        tell_results(text, call);
    }
    tell_files(text, call);
    return Reply{.status = 200,
                 .headers = {{"Content-Type", std::string{metrics_content_type}}, {"Cache-Control", "no-store"}},
                 .body = text.text()};
}

}  // namespace
}  // namespace dreamina
