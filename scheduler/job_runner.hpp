#pragma once
/// Runs the jobs that wait in the database, each kind in a thread of its own.

#include <filesystem>
#include <memory>

#include "core/base/clock.hpp"
#include "core/clients/http_client.hpp"
#include "core/storage/engine/database_file.hpp"
#include "core/storage/stores/settings_file.hpp"

namespace dreamina {

/// How many requests the jobs may make to one host at a time: a batch of session refreshes and whatever else runs.
std::size_t requests_per_host(const Settings& settings);

class JobRunner {
public:
    struct Options {
        milliseconds look_every{200};  ///< for queued and for cancelled jobs
        milliseconds task_poll_every{10'000};
        int max_task_polls = 60;
    };

    /// What it is given must outlive it. `http` may be asked from several threads; it should be one that repeats what
    /// can be repeated.
    JobRunner(DatabaseFile database_file, SettingsFile& settings, HttpTransport& http)
        : JobRunner(std::move(database_file), settings, http, Options{})
    {
    }
    JobRunner(DatabaseFile database_file, SettingsFile& settings, HttpTransport& http, Options options);
    ~JobRunner();  ///< stops
    JobRunner(const JobRunner&) = delete;
    JobRunner& operator=(const JobRunner&) = delete;

    /// Takes up what an earlier run left unfinished, then whatever is queued. Returns at once.
    void start();

    /// Returns when everything has ended, within a second or so whatever is being asked; what was interrupted waits for
    /// the next start.
    void stop();

private:
    class Threads;
    std::unique_ptr<Threads> threads_;
};

}  // namespace dreamina
