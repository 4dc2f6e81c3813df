#pragma once
/// Whether the work gets done: accounts, jobs, timed jobs, backups. Reads only.

#include <vector>

#include "core/base/clock.hpp"
#include "core/domain/settings.hpp"
#include "core/health/finding.hpp"
#include "core/storage/engine/database.hpp"
#include "core/storage/stores/schedule_store.hpp"

namespace dreamina {

Finding look_at_accounts(Database& database, const Settings& settings);
Finding look_at_jobs(Database& database, Time now);
/// Whether the events of API keys reach their receivers.
Finding look_at_webhooks(Database& database);
/// Whether results can be stored, where some are to be.
Finding look_at_results(Database& database, const Settings& settings, const std::filesystem::path& database_file);

/// The backup has a check of its own.
Finding look_at_timed_jobs(const std::vector<ScheduledJob>& schedule);
Finding look_at_backup(const std::vector<ScheduledJob>& schedule, Time now);

}  // namespace dreamina
