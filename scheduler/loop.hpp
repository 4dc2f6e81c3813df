#pragma once
/// Runs the timed jobs that are due, and those that were asked for.

#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/storage/stores/schedule_store.hpp"
#include "timed_job.hpp"

namespace dreamina {

class SchedulerLoop {
public:
    /// `jobs` outlives it, as do `database` and `http`. Those that run in the background do so in threads that it ends
    /// with itself.
    SchedulerLoop(std::span<const TimedJob> jobs, Database& database, DatabaseFile database_file,
                  HttpTransport* http = nullptr);
    ~SchedulerLoop();  ///< stops
    SchedulerLoop(const SchedulerLoop&) = delete;
    SchedulerLoop& operator=(const SchedulerLoop&) = delete;

    /// Runs every job that is due at `now` or was asked for, in the table's order, each at most once, and none that
    /// still runs. A job that fails is logged and tried again when it is next due (a daily one after its retry time).
    void run_due(const Settings& settings, Time now);

    /// How long nothing will be due, counted from `now`; a second at most, since settings and clocks change.
    milliseconds idle_for(Time now) const;

    /// Those that run in the background at this moment.
    std::vector<std::string> running() const;

    /// Asks those that run in the background to end, and waits for them.
    void stop();

private:
    struct Start {
        Time now;
        std::string day;
        bool asked = false;
    };
    struct Written {
        Time at;
        bool ok = true;
    };

    void consider(const TimedJob& job, const Settings& settings, Time now);
    void start_in_background(const TimedJob& job, const Settings& settings, Start start);
    void perform(const TimedJob& job, Database& database, const Settings& settings, const Start& start,
                 const std::stop_token& stop);
    bool must_write(const TimedJob& job, const Settings& settings, const ScheduledRun& run, bool asked);
    bool is_running(std::string_view name) const;
    void look_for_requests(Time now);
    std::optional<Time> tried(std::string_view name) const;
    Settings latest_settings() const;

    std::span<const TimedJob> jobs_;
    Database& database_;
    DatabaseFile database_file_;
    HttpTransport* http_;
    std::map<std::string_view, Time> last_tried_;
    std::set<std::string, std::less<>> requested_;
    std::optional<Time> looked_at_;

    mutable std::mutex mutex_;  ///< guards what follows
    std::set<std::string_view> running_;
    std::map<std::string_view, Written> written_;
    Settings settings_;  ///< of the last run_due()

    std::map<std::string_view, std::jthread> threads_;
};

}  // namespace dreamina
