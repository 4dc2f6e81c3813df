#pragma once
/// Fetches new sessions from the register service: SESSION_UPDATE_BATCH_SIZE at the same time, over all jobs.

#include <condition_variable>
#include <filesystem>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

#include "job_work.hpp"

namespace dreamina {

class SessionRefreshes {
public:
    SessionRefreshes(DatabaseFile database_file, SettingsFile& settings, HttpTransport& http,
                     const JobRunner::Options& options);

    /// Until `stop`; returns when every call has ended. What was interrupted waits again.
    void run(const std::stop_token& stop);

private:
    struct Running {
        explicit Running(WorkItem taken) : item(std::move(taken)) {}
        WorkItem item;
        std::stop_source stop;
        bool ended = false;  // guarded by mutex_
        std::jthread thread;
    };

    void look(Database& database, const std::stop_token& stop);
    void reap(Database& database);
    void stop_cancelled(Database& database);
    void give_items(Database& database);
    void start_more(Database& database, const std::stop_token& stop);
    void refresh(Running& running);

    const DatabaseFile database_file_;
    SettingsFile& settings_;
    HttpTransport& http_;
    const JobRunner::Options& options_;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool any_ended_ = false;
    std::list<Running> running_;  // this thread's alone but for `ended`
};

}  // namespace dreamina
