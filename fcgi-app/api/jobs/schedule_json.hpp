#pragma once
/// A timed job on the wire.

#include "core/base/json_reader.hpp"
#include "core/storage/stores/schedule_store.hpp"

namespace dreamina {

/// A run of a dead scheduler is not one.
bool is_running(const ScheduledJob& job, bool scheduler_runs);
Json scheduled_job_json(const ScheduledJob& job, bool scheduler_runs, Time now);

}  // namespace dreamina
