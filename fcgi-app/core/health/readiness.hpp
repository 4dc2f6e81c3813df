#pragma once
/// Whether a worker can do its work: the database takes writes, the settings are good, the upstream can be reached, and
/// the scheduler is running.

#include <mutex>
#include <optional>
#include <string>

#include "core/clients/http_client.hpp"
#include "core/domain/upstream_diagnosis.hpp"
#include "core/health/finding.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/storage/engine/database.hpp"
#include "core/storage/engine/write_probe.hpp"
#include "core/storage/stores/settings_file.hpp"

namespace dreamina {

struct ReadinessReport {
    Finding database;
    Finding settings;  ///< may hold a path
    Finding upstream;
    Finding scheduler;
    SchedulerSigns scheduler_signs;

    /// In the order in which they are told.
    Findings findings() const { return {database, settings, upstream, scheduler}; }
    bool ready() const { return worst_of(findings()) != Level::fault; }
};

/// What a stranger may know of one of these findings: no path, no address, no time. Empty where all is well.
Message public_summary(const Finding& finding);

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
    std::optional<WriteFault> probe_database(Time now);
    Finding probe_upstream(Database& database, const std::string& base_url, Time now);

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
