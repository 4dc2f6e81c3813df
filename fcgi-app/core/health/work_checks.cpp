#include "core/health/work_checks.hpp"

#include <algorithm>

#include "core/base/message/coded_error.hpp"
#include "core/health/thresholds.hpp"
#include "core/storage/accounts/pool_figures.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/results/result_files.hpp"
#include "core/storage/webhooks/key_webhooks.hpp"
#include "core/storage/webhooks/webhook_deliveries.hpp"

namespace dreamina {
namespace {

constexpr std::string_view backup_job = "backup";

struct RegionFigures {
    std::int64_t accounts = 0;
    std::vector<std::string> idle;  ///< regions with accounts, none of which is usable
};

RegionFigures regions_of(Database& database)
{
    RegionFigures figures;
    const auto groups = account_groups(database);
    for (const Region region : all_regions) {
        std::int64_t there = 0;
        std::int64_t active = 0;
        for (const AccountGroup& group : groups) {
            if (group.region != region) continue;
            there += group.accounts;
            // Without points they serve the models that need none.
            const bool usable = group.status == AccountStatus::active || group.status == AccountStatus::no_points;
            if (usable) active += group.accounts;
        }
        figures.accounts += there;
        if (there > 0 && active == 0) figures.idle.emplace_back(to_string(region));
    }
    return figures;
}

}  // namespace

Finding look_at_accounts(Database& database, const Settings& settings)
{
    const RegionFigures regions = regions_of(database);
    if (regions.accounts == 0) return {Level::warning, "health.accounts.none"};
    const PoolCapacity capacity{database};
    const auto models = ModelStore{database}.all();
    std::vector<std::string> unserved;
    for (const Model& model : models)
        if (capacity.of(model, settings).accounts == 0) unserved.push_back(model.id);
    if (unserved.size() == models.size() && !models.empty())
        return {Level::fault, "health.accounts.all_idle", {{"count", regions.accounts}}};
    if (unserved.empty() && regions.idle.empty()) return {Level::ok, "health.accounts.ok"};
    return {Level::warning,
            unserved.empty() ? "health.accounts.idle_regions" : "health.accounts.unserved_models",
            {{"models", unserved}, {"regions", regions.idle}}};
}

Finding look_at_webhooks(Database& database)
{
    if (const auto off = KeyWebhooks{database}.names_of_off(); !off.empty())
        return {Level::warning, "health.webhooks.off", {{"keys", off}}};
    const auto failing = WebhookDeliveries{database}.names_of_failing(failing_webhook_attempts);
    if (!failing.empty()) return {Level::warning, "health.webhooks.failing", {{"keys", failing}}};
    return {Level::ok, "health.webhooks.ok"};
}

Finding look_at_results(Database& database, const Settings& settings, const std::filesystem::path& database_file)
{
    ResultStore store{database};
    if (settings.store_results == "off" && !store.is_wanted_by_a_key())
        return {Level::ok, "health.results.not_configured"};
    const auto folder = result_folder(settings, database_file);
    if (const auto usable = result_folder_is_usable(folder); !usable)
        return {Level::warning, "health.results.unusable", {{"reason", message_of(usable.error())}}};
    if (!has_room_for_results(folder, settings))
        return {Level::warning, "health.results.no_room", {{"gb", settings.results_min_free_gb}}};
    const std::int64_t stored = store.totals().bytes;
    if (stored >= bytes_of_gigabytes(settings.results_max_gb) && store.evictable(std::nullopt, 1).empty())
        return {Level::warning, "health.results.all_pinned", {{"gb", settings.results_max_gb}}};
    return {Level::ok, "health.results.ok", {{"stored_bytes", stored}}};
}

Finding look_at_jobs(Database& database, Time now)
{
    std::int64_t all = 0;
    for (const auto& [kind, jobs] : failed_jobs(database, now - failed_lately)) all += jobs;
    if (all == 0) return {Level::ok, "health.jobs.ok"};
    return {Level::warning, "health.jobs.failed", {{"count", all}}};
}

Finding look_at_timed_jobs(const std::vector<ScheduledJob>& schedule)
{
    std::vector<std::string> failed;
    for (const ScheduledJob& job : schedule)
        if (job.name != backup_job && job.outcome == "failed") failed.push_back(job.name);
    if (failed.empty()) return {Level::ok, "health.schedule.ok"};
    return {Level::warning, "health.schedule.failed", {{"names", failed}}};
}

Finding look_at_backup(const std::vector<ScheduledJob>& schedule, Time now)
{
    const auto job =
        std::find_if(schedule.begin(), schedule.end(), [](const ScheduledJob& row) { return row.name == backup_job; });
    if (job == schedule.end() || !job->last_ended_at) {
        const bool will_come = job != schedule.end() && job->next_run_at && *job->next_run_at > now;
        if (will_come) return {Level::ok, "health.backup.none_yet"};
        return {Level::warning, "health.backup.none"};
    }
    const MessageParam at{"at", to_rfc3339(*job->last_ended_at)};
    if (job->outcome == "failed") return {Level::fault, "health.backup.failed", {at, {"reason", job->summary}}};
    if (now - *job->last_ended_at > old_backup) return {Level::warning, "health.backup.old", {at}};
    return {Level::ok, "health.backup.ok", {at}};
}

}  // namespace dreamina
