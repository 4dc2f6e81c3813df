#pragma once
/// Deletes old rows, in pieces so small that writers do not notice.

#include <stop_token>

#include "core/base/clock.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Jobs that ended before `before`, with what became of each of their accounts. Each piece is a transaction of its own,
/// so a stop (or a kill) loses nothing. Returns how many jobs went.
int remove_jobs_ended_before(Database& database, Time before, const std::stop_token& stop);

/// Rows of the audit trail from before `before`; in pieces likewise. Returns how many went.
int remove_audit_before(Database& database, Time before, const std::stop_token& stop);

}  // namespace dreamina
