#pragma once
/// What takes part in serving: settings, workers, scheduler, upstream, password. Reads only.

#include "core/base/clock.hpp"
#include "core/domain/settings.hpp"
#include "core/health/finding.hpp"
#include "core/pool/readiness.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// `fault`: SettingsFile's; empty if they are good.
Finding look_at_settings(const std::string& fault);
Finding look_at_password(const Settings& settings);

/// All of them take a change within a second; one that has not is held up.
Finding look_at_workers(SettingsFile& settings, const std::filesystem::path& database_file, Time now);
Finding look_at_scheduler(const SchedulerSigns& signs, Time now);

Finding look_at_upstream(Database& database, const ReadinessReport& found, Time now);
/// By what answers at its address alone.
Finding look_at_upstream(const UpstreamDetection& found);

}  // namespace dreamina
