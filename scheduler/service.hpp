#pragma once
/// The scheduler as a service: timed jobs and queued ones, until it is asked to end.

#include "core/pool/scheduler_presence.hpp"
#include "signals.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"

namespace dreamina {

/// Returns within 5 s of the signal, whatever runs; what was interrupted is taken up by the next one.
void run_service(DataFolder& data, const SchedulerPresence& presence, const TerminationSignals& signals);

}  // namespace dreamina
