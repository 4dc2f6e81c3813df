#include "api/system/health_report.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/file.hpp"
#include "core/base/time_zone.hpp"
#include "core/domain/daily_time.hpp"
#include "core/pool/worker_presence.hpp"
#include "core/storage/stores/breaker_store.hpp"
#include "core/storage/engine/database_place.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/accounts/pool_figures.hpp"
#include "core/storage/stores/schedule_store.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

namespace dreamina {
namespace {

enum class State { ok, warning, fault };

std::string_view to_string(State state)
{
    switch (state) {
    case State::ok: return "ok";
    case State::warning: return "warning";
    case State::fault: return "fault";
    }
    return "fault";
}

struct Check {
    std::string_view name;
    State state = State::ok;
    std::string message;
    std::string advice = {};  ///< what to do; empty where nothing is to be done
    /// The same for those who say it in their own words: what was found, and what it was found of.
    std::string_view code = "ok";
    Json facts = Json::object();
};

constexpr std::uintmax_t megabyte = 1'000'000;
constexpr std::uintmax_t low_disk_space = 1000 * megabyte;
constexpr std::uintmax_t critical_disk_space = 100 * megabyte;
/// A scheduler that lives keeps the log below 8 MB or so (scheduler/checkpoint_log.cpp).
constexpr std::uintmax_t long_log = 64 * megabyte;
/// Longer than a worker that gets on needs for a change of the settings.
constexpr std::chrono::seconds takes_settings{5};
/// It runs daily, and takes a while.
constexpr std::chrono::hours backup_is_old{26};
constexpr std::chrono::hours lately{24};
/// Clocks of one machine do not differ: what is written ahead of now was written before the clock was set back.
constexpr std::chrono::seconds ahead_of_time{5};

constexpr std::string_view backup_job = "backup";

double megabytes(std::uintmax_t bytes) { return static_cast<double>(bytes) / static_cast<double>(megabyte); }

Check look_at_database(const ReadinessReport& found)
{
    if (!found.database) return {"database", State::ok, "the database takes writes"};
    std::string_view advice = "see the service's log";
    std::string_view code = "broken";
    switch (*found.database) {
    case WriteFault::missing:
        code = "missing";
        advice = "bring the file back from backups/, with the service stopped";
        break;
    case WriteFault::full:
        code = "full";
        advice = "make room on the disk of the data folder";
        break;
    case WriteFault::locked:
        code = "locked";
        advice = "end the program that holds it, such as an open sqlite3";
        break;
    case WriteFault::read_only:
        code = "read_only";
        advice =
            "let the service's user write the database's file and its folder; see whether the disk is mounted "
            "read-only";
        break;
    case WriteFault::broken: break;
    }
    return {"database", State::fault, std::string{sentence_for(*found.database)}, std::string{advice}, code};
}

Check look_at_settings(const ReadinessReport& found)
{
    if (found.settings_fault.empty()) return {"settings", State::ok, "config.json is good"};
    return {"settings",
            State::fault,
            found.settings_fault + "; the last good settings stay in force",
            "mend config.json; it is read again within a second",
            "bad",
            {{"fault", found.settings_fault}}};
}

/// All of them within a second; one that has not is held up.
Check look_at_workers(Call& call)
{
    SettingsFile& settings = call.services.settings;
    settings.refresh();
    const auto found = workers_on_settings(presence_folder(call.services.database_file.path()), settings.version());
    const Json facts = {{"running", found.running}, {"up_to_date", found.up_to_date}};
    const int behind = found.running - found.up_to_date;
    if (behind == 0 || call.now - settings.changed_at() < takes_settings)
        return {"workers",
                State::ok,
                fmt::format("{} of {} workers act on config.json as it is", found.up_to_date, found.running),
                {},
                "ok",
                facts};
    return {"workers",
            State::warning,
            fmt::format("{} of {} workers have not taken the settings of config.json", behind, found.running),
            "see the service's log; end the worker that stays behind, and another takes its place",
            "behind",
            facts};
}

/// Those that are known.
Json facts_of(std::initializer_list<std::pair<const char*, std::string_view>> all)
{
    Json facts = Json::object();
    for (const auto& [name, text] : all)
        if (!text.empty()) facts[name] = text;
    return facts;
}

Check upstream_fault(const ReadinessReport& found)
{
    const UpstreamDetection& what = found.upstream_found;
    const bool away = found.upstream == UpstreamReach::unreachable;
    return {"upstream",
            State::fault,
            fmt::format("{}: {}", away ? "the upstream does not answer" : "UPSTREAM_BASE_URL leads to no upstream",
                        what.sentence),
            !what.instead.empty() ? "set UPSTREAM_BASE_URL to " + what.instead
            : away                ? "start it, or set UPSTREAM_BASE_URL to where it is"
                                  : "set UPSTREAM_BASE_URL to where jimeng-api or jimeng-api-go listens",
            to_string(what.diagnosis),
            facts_of({{"instead", what.instead}})};
}

Check look_at_upstream(Call& call, const ReadinessReport& found)
{
    switch (found.upstream) {
    case UpstreamReach::reachable: {
        const UpstreamFacts facts = UpstreamFactsStore{call.database}.read();
        return {"upstream", State::ok, "the upstream can be reached",
                "",         "ok",      facts_of({{"kind", to_string(facts.kind)}, {"version", facts.version}})};
    }
    case UpstreamReach::unreachable:
    case UpstreamReach::not_an_upstream: return upstream_fault(found);
    case UpstreamReach::outage: break;
    }
    const std::string since = to_rfc3339(BreakerStore{call.database}.state().opened_at.value_or(call.now));
    return {"upstream",
            State::fault,
            fmt::format("the upstream has failed several accounts since {}: requests are refused", since),
            "see the upstream's own log; single requests find out by themselves when it is back",
            "outage",
            {{"since", since}}};
}

Check look_at_scheduler(const ReadinessReport& found)
{
    if (found.scheduler_runs) return {"scheduler", State::ok, "the scheduler runs"};
    const std::string advice = "start dreamina-scheduler: bans do not end, counts are not reset and no job runs";
    if (!found.scheduler.beat_at) return {"scheduler", State::fault, "no scheduler has run yet", advice, "never_ran"};
    const std::string since = to_rfc3339(*found.scheduler.beat_at);
    const bool stuck = found.scheduler.locked;
    return {"scheduler",
            State::fault,
            fmt::format("the scheduler {} since {}", stuck ? "does not get on" : "does not run", since),
            advice,
            stuck ? "stuck" : "not_running",
            {{"since", since}}};
}

Check look_at_disk(const Call& call)
{
    const auto room = free_space(call.services.database_file.path().parent_path());
    if (!room) return {"disk", State::warning, "the free space of the data folder cannot be told", "", "unknown"};
    const State state = *room < critical_disk_space ? State::fault
                        : *room < low_disk_space    ? State::warning
                                                    : State::ok;
    const bool enough = state == State::ok;
    return {"disk",
            state,
            fmt::format("{:.0f} MB are free where the database is", megabytes(*room)),
            enough ? "" : "make room, or keep fewer backups (BACKUP_KEEP)",
            enough ? "ok" : "little_room",
            {{"free_bytes", *room}}};
}

Check look_at_log(const Call& call)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(call.services.database_file.path().string() + "-wal", error);
    const std::uintmax_t bytes = error ? 0 : size;
    const std::string message = fmt::format("the database's log has {:.1f} MB", megabytes(bytes));
    if (bytes <= long_log) return {"database_log", State::ok, message};
    return {
        "database_log", State::warning,
        message,        "the scheduler empties it: see that it runs, and that no other program keeps the database open",
        "long",         {{"bytes", bytes}}};
}

Check look_at_password(const Call& call)
{
    if (password_kind(call.settings().admin_password) != "default")
        return {"password", State::ok, "the password is not the default"};
    return {"password", State::warning, "the password is still the default", "change ADMIN_PASSWORD in the settings",
            "default"};
}

Check look_at_backup(const std::vector<ScheduledJob>& schedule, Time now)
{
    const auto job =
        std::find_if(schedule.begin(), schedule.end(), [](const ScheduledJob& row) { return row.name == backup_job; });
    const std::string advice = "run it now: POST /api/schedule/backup/run, and read what it says";
    if (job == schedule.end() || !job->last_ended_at) {
        const bool will_come = job != schedule.end() && job->next_run_at && *job->next_run_at > now;
        return {"backup", will_come ? State::ok : State::warning, "no backup has been made yet",
                will_come ? "" : advice, will_come ? "ok" : "none"};
    }
    const std::string when = to_rfc3339(*job->last_ended_at);
    if (job->outcome == "failed")
        return {"backup",
                State::fault,
                fmt::format("the backup of {} failed: {}", when, job->summary.value_or("it did not say why")),
                advice,
                "failed",
                {{"at", when}, {"reason", job->summary.value_or("")}}};
    const bool old = now - *job->last_ended_at > backup_is_old;
    return {"backup",
            old ? State::warning : State::ok,
            fmt::format("the last backup is of {}", when),
            old ? advice : "",
            old ? "old" : "ok",
            {{"at", when}}};
}

Check look_at_timed_jobs(const std::vector<ScheduledJob>& schedule)
{
    std::vector<std::string> failed;
    for (const ScheduledJob& job : schedule)
        if (job.name != backup_job && job.outcome == "failed") failed.push_back(job.name);
    if (failed.empty()) return {"schedule", State::ok, "the timed jobs' last runs went well"};
    return {"schedule",
            State::warning,
            fmt::format("the last run failed of {}", fmt::join(failed, ", ")),
            "GET /api/schedule says why",
            "failed",
            {{"names", failed}}};
}

Check look_at_jobs(Call& call)
{
    std::vector<std::string> kinds;
    std::int64_t all = 0;
    for (const auto& [kind, jobs] : failed_jobs(call.database, call.now - lately)) {
        kinds.push_back(fmt::format("{} of {}", jobs, to_string(kind)));
        all += jobs;
    }
    if (kinds.empty()) return {"jobs", State::ok, "no job has failed in 24 hours"};
    return {"jobs",
            State::warning,
            fmt::format("jobs that failed in 24 hours: {}", fmt::join(kinds, ", ")),
            "GET /api/jobs?state=failed says why; POST /api/jobs/{id}/retry tries again",
            "failed",
            {{"count", all}}};
}

Check look_at_accounts(Call& call)
{
    std::int64_t all = 0;
    std::vector<std::string_view> idle_regions;
    const auto groups = account_groups(call.database);
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
        all += there;
        if (there > 0 && active == 0) idle_regions.push_back(to_string(region));
    }
    const std::string advice = "see the accounts' states: sessions to refresh, bans to lift, points, accounts to add";
    if (all == 0) return {"accounts", State::warning, "there are no accounts", "add or import some", "none"};

    const PoolCapacity room{call.database};
    const auto models = ModelStore{call.database}.all();
    std::vector<std::string_view> unserved;
    for (const Model& model : models)
        if (room.of(model, call.settings()).accounts == 0) unserved.push_back(model.id);
    if (unserved.size() == models.size() && !models.empty())
        return {"accounts", State::fault, fmt::format("none of {} accounts can serve any model now", all),
                advice,     "all_idle",   {{"count", all}}};
    std::vector<std::string> faults;
    if (!unserved.empty()) faults.push_back(fmt::format("no account can serve {} now", fmt::join(unserved, ", ")));
    if (!idle_regions.empty())
        faults.push_back(fmt::format("no account of {} is usable", fmt::join(idle_regions, ", ")));
    if (faults.empty()) return {"accounts", State::ok, "every model and every region has a usable account"};
    return {"accounts",
            State::warning,
            fmt::format("{}", fmt::join(faults, "; ")),
            advice,
            unserved.empty() ? "idle_regions" : "unserved_models",
            {{"models", unserved}, {"regions", idle_regions}}};
}

Check look_at_clock(Call& call, const ReadinessReport& found, const std::vector<ScheduledJob>& schedule)
{
    Time newest = found.scheduler.beat_at.value_or(Time{});
    for (const ScheduledJob& job : schedule) newest = std::max(newest, job.last_ended_at.value_or(Time{}));
    if (newest <= call.now + ahead_of_time)
        return {"clock", State::ok, fmt::format("it is {} ({} local)", to_rfc3339(call.now), local_date(call.now))};
    return {"clock",
            State::warning,
            fmt::format("something happened at {}, which is still to come: the clock was set back", to_rfc3339(newest)),
            "see that the machine's time is kept (timedatectl)",
            "set_back",
            {{"at", to_rfc3339(newest)}}};
}

/// Of this worker. That of the scheduler comes from the same unit, container or script.
Check look_at_time_zone(const Call& call)
{
    const LocalZone zone = local_zone(call.now);
    const std::string offset = offset_text(zone.offset);
    const Json facts = {{"zone", zone.name}, {"offset", offset}};
    if (zone.exists)
        return {"time_zone", State::ok, fmt::format("the local time is that of {} (UTC{})", zone.name, offset),
                {},          "ok",      facts};
    return {"time_zone",
            State::fault,
            fmt::format("TZ is \"{}\", and there is no such time zone: local times are in UTC", zone.name),
            "set TZ to a name such as Asia/Shanghai, and restart the service; see that tzdata is installed",
            "unknown",
            facts};
}

Check look_at_place(const Call& call)
{
    const auto& file = call.services.database_file.path();
    const DatabasePlace place = database_place(file);
    const Json facts = {{"file_system", place.file_system}, {"file", file.filename().string()}};
    if (place.network)
        return {"database_place", State::warning, network_danger(place), "keep it on a disk of this machine",
                "network",        facts};
    if (place.single_file)
        return {"database_place",
                State::warning,
                single_file_danger(file),
                "stop the service, mount the database's folder instead of the file, and start it again",
                "single_file",
                facts};
    if (place.file_system.empty())
        return {"database_place", State::ok, "the database's file system cannot be told", {}, "ok", facts};
    return {"database_place", State::ok, fmt::format("the database is on {}", place.file_system), {}, "ok", facts};
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
    const ReadinessReport found = call.services.readiness.look(call.database, call.services.settings, call.now);
    const auto schedule = ScheduleStore{call.database}.all();
    const Check checks[] = {look_at_database(found),
                            look_at_settings(found),
                            look_at_workers(call),
                            look_at_upstream(call, found),
                            look_at_scheduler(found),
                            look_at_accounts(call),
                            look_at_jobs(call),
                            look_at_timed_jobs(schedule),
                            look_at_backup(schedule, call.now),
                            look_at_disk(call),
                            look_at_log(call),
                            look_at_place(call),
                            look_at_password(call),
                            look_at_clock(call, found, schedule),
                            look_at_time_zone(call)};
    State worst = State::ok;
    Json items = Json::array();
    for (const Check& check : checks) {
        worst = std::max(worst, check.state);
        items.push_back({{"name", check.name},
                         {"state", to_string(check.state)},
                         {"message", check.message},
                         {"advice", check.advice.empty() ? Json(nullptr) : Json(check.advice)},
                         {"code", check.code},
                         {"facts", check.facts}});
    }
    return {{"status", to_string(worst)}, {"checked_at", to_rfc3339(call.now)}, {"checks", std::move(items)}};
}

}  // namespace dreamina
