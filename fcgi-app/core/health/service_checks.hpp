#pragma once
/// What takes part in serving: settings, workers, scheduler, upstream, password. Reads only.

#include "core/base/clock.hpp"
#include "core/domain/breaker_state.hpp"
#include "core/domain/settings.hpp"
#include "core/domain/upstream_diagnosis.hpp"
#include "core/domain/upstream_kind.hpp"
#include "core/health/finding.hpp"
#include "core/pool/scheduler_presence.hpp"
#include "core/storage/engine/database_file.hpp"
#include "core/storage/stores/settings_file.hpp"

namespace dreamina {

/// `fault`: SettingsFile's; empty if they are good.
Finding look_at_settings(const Message& fault);
Finding look_at_password(const Settings& settings);

/// All of them take a change within a second; one that has not is held up. Those that only finish what they have are
/// told apart.
Finding look_at_workers(SettingsFile& settings, const std::filesystem::path& database_file, Time now);
Finding look_at_scheduler(const SchedulerSigns& signs, Time now);

/// The upstream is reached, and this is known of it.
Finding look_at_upstream(const UpstreamFacts& facts);
/// By what answers at its address alone.
Finding look_at_upstream(const UpstreamDetection& found);
/// Requests have found it down.
Finding look_at_breaker(const BreakerState& open, Time now);

}  // namespace dreamina
