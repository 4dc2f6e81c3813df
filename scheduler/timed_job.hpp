#pragma once
/// A timed job: when it is due, what it needs and what it does.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

#include "core/clients/http_client.hpp"
#include "core/domain/daily_time.hpp"
#include "core/domain/job.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// What a job may use, and what it leaves behind.
struct JobContext {
    Database& database;
    std::filesystem::path database_file;
    const Settings& settings;
    Time now;
    std::string_view name = {};
    std::string day = {};           ///< daily ones: the local date of the day this run is for
    std::stop_token stop = {};      ///< slow jobs look at it often: the scheduler ends within seconds
    HttpTransport* http = nullptr;  ///< only for jobs of Executor::background
    Message summary = {};           ///< what the run did, for those who read the schedule
    /// As they are by now, for jobs that go on while settings change; nothing: `settings` are all there is.
    std::function<Settings()> latest_settings = {};
};

struct Every {
    milliseconds interval{};
    milliseconds (*setting)(const Settings&) = nullptr;  ///< the interval, where people choose it
};

/// Once per local day, caught up at the next start if the moment was slept through.
struct Daily {
    DailyTime (*at)(const Settings&);
    /// After a failure.
    milliseconds retry = std::chrono::minutes{1};
};

/// Where a job runs, so that a slow one delays no other.
enum class Executor {
    loop,        ///< the thread of what happens every moment: milliseconds of work
    sequential,  ///< one after the other, in the table's order: a transaction that queues work
    background,  ///< a thread and a connection of its own
};

struct TimedJob {
    std::string_view name;
    std::variant<Every, Daily> when;
    /// Its own transactions. Throws when it fails. A daily job whose work must not happen twice, not even if it is
    /// killed, books `day` in the same transaction (ScheduleStore); for the others that is done after they return.
    void (*run)(JobContext& context);
    /// Why it does not run by itself as the settings are; empty if it does. Asked for, it runs all the same.
    Message (*missing)(const Settings&) = nullptr;
    Executor executor = Executor::loop;
    std::optional<JobKind> queues = std::nullopt;  ///< the kind of job that does its work, where it only queues one
    const char* remark = nullptr;                  ///< code of a message that says more than `when`
    /// Whether there is anything to do, for what is looked at all the time and seldom has to run. Reads only.
    bool (*has_work)(Database&, const Settings&, Time now) = nullptr;
    std::string_view help = {};  ///< what it does, for the README
};

/// "every 10 seconds", "daily at 03:30".
Message when_message(const TimedJob& job, const Settings& settings);

/// Why it does not run by itself; empty if it does.
Message waits_for(const TimedJob& job, const Settings& settings);

/// Every's interval; nothing for a daily job.
std::optional<milliseconds> interval_of(const TimedJob& job, const Settings& settings);

/// True if its runs are all written down and last across restarts; the others run so often that it would be a load.
bool is_recorded(const TimedJob& job, const Settings& settings);

/// True if it is due at `now`. `tried`: when it was begun last, if ever; `last_day`: the day it has been done for.
bool is_due(const TimedJob& job, const Settings& settings, std::optional<Time> tried, std::string_view last_day,
            Time now);

/// When it will next run by itself, `now` if it is due; nothing while it waits for something.
std::optional<Time> next_run(const TimedJob& job, const Settings& settings, std::optional<Time> tried,
                             std::string_view last_day, Time now);

/// Also when the clock was set back behind the last run.
inline bool has_passed(milliseconds interval, Time since, Time now) { return now - since >= interval || now < since; }

}  // namespace dreamina
