#include "api/system/overview.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "api/jobs/job_json.hpp"
#include "api/jobs/schedule_json.hpp"
#include "api/system/upstream_json.hpp"
#include "core/domain/api_key.hpp"
#include "core/domain/daily_time.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/stores/job_store.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/accounts/pool_figures.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/engine/snapshot.hpp"

namespace dreamina {
namespace {

HandlerResult show_overview(Call& call);

}  // namespace

std::vector<Route> overview_routes() { return {{"GET", "/api/overview", Access::admin, show_overview}}; }

namespace {

/// Of jobs, and of the schedule's next runs: what fits beside all else.
constexpr std::int64_t max_jobs = 5;
constexpr std::size_t max_runs = 8;

/// What comes round more often is no news.
constexpr std::chrono::minutes ceaseless{1};

/// Accounts by region, those switched off left out: what a day can bring at most.
using Regions = std::map<Region, std::int64_t>;

Json accounts_json(Database& database, const std::vector<AccountGroup>& groups)
{
    Json by_status = Json::object();
    for (const AccountStatus status : all_statuses) by_status[std::string{to_string(status)}] = 0;
    std::int64_t total = 0;
    for (const AccountGroup& group : groups) {
        Json& count = by_status[std::string{to_string(group.status)}];
        count = count.get<std::int64_t>() + group.accounts;
        total += group.accounts;
    }
    std::int64_t in_flight = 0;
    for (const auto& [model, requests] : in_flight_by_model(database)) in_flight += requests;
    return {{"total", total},
            {"by_status", std::move(by_status)},
            {"at_limit", accounts_at_limit(database)},
            {"in_flight", in_flight},
            {"waiting", waiting_requests(database)}};
}

Json models_json(Database& database, const Settings& settings, const Regions& accounts)
{
    const PoolCapacity pool{database};
    Json all = Json::array();
    for (const Model& model : ModelStore{database}.all()) {
        const ModelCapacity capacity = pool.of(model, settings);
        const auto limit = daily_limit(model, settings);
        std::int64_t fit = 0;
        for (const auto& [region, count] : accounts)
            if (contains(regions_of(model), region)) fit += count;
        all.push_back({{"id", model.id},
                       {"needs_points", model.needs_points},
                       {"daily_limit", limit ? Json(*limit) : Json(nullptr)},
                       {"usable", capacity.accounts},
                       {"capacity", limit ? Json(*limit * fit) : Json(nullptr)},
                       {"remaining", capacity.calls ? Json(std::max<std::int64_t>(*capacity.calls, 0)) : Json(nullptr)},
                       {"used_today", capacity.used}});
    }
    return all;
}

Json jobs_json(Database& database)
{
    std::int64_t queued = 0;
    std::int64_t running = 0;
    for (const OpenJobs& open : open_jobs(database)) (open.state == JobState::running ? running : queued) += open.jobs;
    Json items = Json::array();
    for (const JobState state : {JobState::running, JobState::queued}) {
        const auto left = max_jobs - static_cast<std::int64_t>(items.size());
        if (left <= 0) break;
        for (const Job& job : JobStore{database}.list({.state = state, .kind = {}}, 1, left).items)
            items.push_back(job_json(job));
    }
    return {{"queued", queued}, {"running", running}, {"items", std::move(items)}};
}

/// Nothing of note to come: it does not run by itself, or all the time.
bool is_no_news(const ScheduledJob& job)
{
    if (!job.next_run_at) return true;
    return job.last_started_at && *job.next_run_at - *job.last_started_at < ceaseless;
}

Json schedule_json(Call& call)
{
    const bool runs = scheduler_signs(call.services.database_file).running(call.now);
    std::vector<ScheduledJob> jobs = ScheduleStore{call.database}.all();
    std::erase_if(jobs, [&](const ScheduledJob& job) { return is_no_news(job) && !is_running(job, runs); });
    std::stable_sort(jobs.begin(), jobs.end(), [&](const ScheduledJob& one, const ScheduledJob& other) {
        const bool first = is_running(one, runs);
        if (first != is_running(other, runs)) return first;
        return one.next_run_at.value_or(Time{}) < other.next_run_at.value_or(Time{});
    });
    if (jobs.size() > max_runs) jobs.resize(max_runs);
    Json items = Json::array();
    for (const ScheduledJob& job : jobs) items.push_back(scheduled_job_json(job, runs, call.now));
    return items;
}

Json first_steps_json(Call& call, bool has_accounts)
{
    const Settings& settings = call.settings();
    return {{"password_is_default", password_kind(settings.admin_password) == "default"},
            {"has_accounts", has_accounts},
            {"has_keys", ApiKeyStore{call.database}.list({}, 1, 1, call.now).total > 0},
            {"register_service_configured", register_service_is_configured(settings)},
            {"has_requests", uses_so_far(call.database) > 0}};
}

HandlerResult show_overview(Call& call)
{
    const auto reset = parse_daily_time(call.settings().reset_counts_time).value_or(DailyTime{});
    const Snapshot moment{call.database};
    const auto groups = account_groups(call.database);
    Regions accounts;
    double points = 0;
    for (const AccountGroup& group : groups) {
        if (group.status == AccountStatus::disabled) continue;
        accounts[group.region] += group.accounts;
        points += group.points;
    }
    return json_reply(200, {{"at", to_rfc3339(call.now)},
                            {"day_began_at", to_rfc3339(service_day(reset, call.now).begins)},
                            {"accounts", accounts_json(call.database, groups)},
                            {"points", points},
                            {"models", models_json(call.database, call.settings(), accounts)},
                            {"upstream", upstream_json(BreakerStore{call.database}.state(), call.now)},
                            {"jobs", jobs_json(call.database)},
                            {"schedule", schedule_json(call)},
                            {"first_steps", first_steps_json(call, !groups.empty())}});
}

}  // namespace
}  // namespace dreamina
