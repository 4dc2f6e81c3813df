#pragma once
/// One timed job, run now and to its end: for cron and for people.

#include "signals.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"
#include "timed_job.hpp"

namespace dreamina {

/// Runs it here, or has the scheduler run it that runs for this database; in both cases its work is over when this
/// returns, also that of the job it queues. Says on the standard streams how it went. The exit status: 0, 1 if it
/// failed or was interrupted, 75 if another such run holds the database.
int run_once(DataFolder& data, const TimedJob& job, const TerminationSignals& signals);

}  // namespace dreamina
