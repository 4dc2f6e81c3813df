#include "jobs/session_refresh.hpp"

#include "core/base/log.hpp"
#include "core/clients/register_service.hpp"
#include "database_patience.hpp"
#include "job_work.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

constexpr const char* unconfigured = "register_not_configured";

/// One version of the register service says us for every session it hands out.
Region region_after(const Account& account, std::optional<Region> returned)
{
    const bool kept =
        !returned || (*returned == Region::us &&
                      (account.region == Region::hk || account.region == Region::jp || account.region == Region::sg));
    return kept ? account.region : *returned;
}

/// True once the account is left alone from now on.
bool record_failure(Database& database, const WorkItem& item, const Error& error, Time now)
{
    const bool counts = blames_account(error.code);
    const bool left_alone = counts && item.account.refresh_failures + 1 >= max_refresh_streak;
    const MessageParam reason{"reason", message_of(error)};
    const Message note =
        left_alone ? Message{"account.refreshes_given_up", {{"failures", item.account.refresh_failures + 1}, reason}}
                   : Message{"account.refresh_failed", {reason}};
    AccountUpkeep{database}.refresh_failed(item.account.id, note, counts, now);
    return left_alone;
}

void settle(Database& database, const WorkItem& item, const Result<RefreshedSession>& answer)
{
    const Time now = system_now();
    Transaction transaction{database};
    JobProgress progress{database};
    if (answer) {
        const Region region = region_after(item.account, answer->region);
        AccountUpkeep{database}.session_refreshed(item.account.id, answer->session_id, region, now);
        Message result;
        if (answer->region && *answer->region != region) {
            result = {"job.region_kept",
                      {{"returned_region", to_string(*answer->region)}, {"region", to_string(region)}}};
            log_info("account {}: {}", item.account.id, english(result));
        }
        progress.end_item(item, {.state = ItemState::done, .result = result}, now);
    } else {
        const bool asked = answer.error().code != unconfigured;
        const bool left_alone = asked && record_failure(database, item, answer.error(), now);
        progress.end_item(item, {.state = ItemState::failed, .error = message_of(answer.error())}, now);
        log_warning("the session of account {} was not refreshed: {}{}", item.account.id, answer.error().message,
                    left_alone ? "; it is left alone until a refresh is asked for" : "");
    }
    progress.end_if_finished(item.job, now);
    transaction.commit();
}

void skip(Database& database, const WorkItem& item, Message reason)
{
    const Time now = system_now();
    Transaction transaction{database};
    JobProgress progress{database};
    progress.end_item(item, {.state = ItemState::skipped, .result = std::move(reason)}, now);
    progress.end_if_finished(item.job, now);
    transaction.commit();
}

}  // namespace

SessionRefreshes::SessionRefreshes(DatabaseFile database_file, SettingsFile& settings, HttpTransport& http,
                                   const JobRunner::Options& options)
    : database_file_(std::move(database_file)), settings_(settings), http_(http), options_(options)
{
}

void SessionRefreshes::run(const std::stop_token& stop)
{
    std::unique_ptr<Database> database;
    while (!stop.stop_requested()) {
        try {
            if (!database) database = std::make_unique<Database>(database_file_, database_patience);
            look(*database, stop);
        } catch (const std::exception& error) {
            log_error("session refreshes: {}", error.what());
            database.reset();
        }
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, stop, options_.look_every, [this] { return any_ended_; });
        any_ended_ = false;
    }
    for (Running& running : running_) running.stop.request_stop();
    for (Running& running : running_) running.thread.join();
    try {
        if (!database) database = std::make_unique<Database>(database_file_, database_patience);
        reap(*database);
    } catch (const std::exception& error) {
        log_error("session refreshes: {}", error.what());  // the next start takes them up
    }
    running_.clear();
}

void SessionRefreshes::look(Database& database, const std::stop_token& stop)
{
    reap(database);
    stop_cancelled(database);
    give_items(database);
    start_more(database, stop);
}

void SessionRefreshes::reap(Database& database)
{
    for (auto it = running_.begin(); it != running_.end();) {
        {
            const std::lock_guard lock{mutex_};
            if (!it->ended) {
                ++it;
                continue;
            }
        }
        if (it->thread.joinable()) it->thread.join();
        JobProgress{database}.put_back(it->item, system_now());  // nothing to do unless it was interrupted
        it = running_.erase(it);
    }
}

void SessionRefreshes::stop_cancelled(Database& database)
{
    JobStore store{database};
    for (Running& running : running_) {
        const auto job = store.find(running.item.job);
        if (!job || job->ended()) running.stop.request_stop();
    }
}

void SessionRefreshes::give_items(Database& database)
{
    JobProgress progress{database};
    for (const Job& job : progress.open_refreshes()) {
        const Time now = system_now();
        Transaction transaction{database};
        if (job.scope && job.state == JobState::queued)
            progress.begin(job, scope_moments(settings_.current()->settings, now), now);
        if (progress.pending(job.id, 1).empty()) {
            const ScopeMoments moments = scope_moments(settings_.current()->settings, now);
            if (!progress.expand(job.id, moments, now)) progress.end_if_finished(job.id, now);
        }
        transaction.commit();
    }
}

void SessionRefreshes::start_more(Database& database, const std::stop_token& stop)
{
    const auto max_running = static_cast<std::size_t>(settings_.current()->settings.session_update_batch_size);
    while (running_.size() < max_running && !stop.stop_requested()) {
        std::optional<WorkItem> item;
        {
            Transaction transaction{database};
            item = JobProgress{database}.take_refresh(system_now());
            if (item) transaction.commit();
        }
        if (!item) return;
        Running& running = running_.emplace_back(std::move(*item));
        running.thread = std::jthread{[this, &running] { refresh(running); }};
    }
}

void SessionRefreshes::refresh(Running& running)
{
    try {
        const WorkItem& item = running.item;
        Database database{database_file_, database_patience};
        const Settings settings = settings_.current()->settings;
        const auto job = JobStore{database}.find(item.job);
        if (job && is_automatic(job->requested_by) && item.account.refresh_failures >= max_refresh_streak) {
            skip(database, item, {"job.left_alone"});
        } else if (!register_service_is_configured(settings)) {
            settle(database, item, failure(unconfigured, register_service_not_configured()));
        } else {
            const RegisterService service{http_, *settings.register_api_url, *settings.register_api_key};
            const auto answer =
                service.update_session(item.account.email, item.account.password, running.stop.get_token());
            if (answer || answer.error().code != "cancelled") settle(database, item, answer);
        }
    } catch (const std::exception& error) {
        log_error("the session refresh of account {}: {}", running.item.account.id, error.what());
    }
    const std::lock_guard lock{mutex_};
    running.ended = true;
    any_ended_ = true;
    changed_.notify_all();
}

}  // namespace dreamina
