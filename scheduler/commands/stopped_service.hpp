#pragma once
/// For commands during which no process may have the database open.

#include "core/pool/scheduler_presence.hpp"

namespace dreamina {

/// Holds the scheduler's place while it lives. Error code "running": a worker or a scheduler runs.
Result<SchedulerPresence> service_is_stopped(const std::filesystem::path& database_file);

/// What becomes of an error of it: one line on the error stream, and the exit status.
int print_not_stopped(const Error& error);

}  // namespace dreamina
