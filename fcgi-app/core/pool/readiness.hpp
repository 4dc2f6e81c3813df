#pragma once
/// Whether a worker can do its work: the database takes writes, the settings are good, the upstream can be reached, and
/// a scheduler gets on.

#include <mutex>
#include <optional>
#include <string>

#include "core/clients/http_client.hpp"
#include "core/domain/upstream_diagnosis.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/storage/engine/database.hpp"
#include "core/storage/stores/settings_file.hpp"
#include "core/storage/engine/write_probe.hpp"

namespace dreamina {

enum class UpstreamReach {
    reachable,
    outage,           ///< requests have found it down; the breaker is open
    unreachable,      ///< not asked lately, and now it did not answer
    not_an_upstream,  ///< something else answers there
};

struct ReadinessReport {
    std::optional<WriteFault> database;
    std::string settings_fault;  ///< empty: they are good. May hold a path
    UpstreamReach upstream = UpstreamReach::reachable;
    UpstreamDetection upstream_found = {};  ///< where it is not reachable: what was found instead
    SchedulerSigns scheduler;
    bool scheduler_runs = false;

    bool ready() const
    {
        return !database && settings_fault.empty() && upstream == UpstreamReach::reachable && scheduler_runs;
    }
};

/// How long what was found by writing, and by asking the upstream, is taken for true.
constexpr std::chrono::seconds write_probe_lasts{3};
constexpr std::chrono::seconds upstream_probe_lasts{10};
/// A readiness check waits for these at most.
constexpr milliseconds write_probe_patience{1000};
constexpr milliseconds upstream_probe_timeout{2000};
/// Requests of the last minute have told the breaker how the upstream is.
constexpr std::chrono::seconds traffic_lasts{60};

class Readiness {
public:
    /// `http` outlives it.
    Readiness(std::filesystem::path database_file, HttpTransport& http);

    /// Any thread; one after the other. `database`: for reading.
    ReadinessReport look(Database& database, const SettingsFile& settings, Time now);

private:
    template <class Value>
    struct Found {
        Value value{};
        Time at{};

        bool lasts(std::chrono::seconds long_enough, Time now) const { return now >= at && now - at < long_enough; }
    };
    std::optional<WriteFault> look_at_database(Time now);
    void look_at_upstream(Database& database, const std::string& base_url, Time now, ReadinessReport& found);

    const std::filesystem::path database_file_;
    HttpTransport& http_;

    std::mutex mutex_;
    std::optional<Found<std::optional<WriteFault>>> write_;
    std::optional<Found<UpstreamDetection>> answer_;  // the upstream's
    std::string asked_url_;
    std::optional<Found<std::int64_t>> uses_;  // the number, and when it was first seen
    bool had_traffic_ = false;                 // uses_ has changed under our eyes
};

}  // namespace dreamina
