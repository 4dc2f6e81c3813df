#pragma once
/// What the database says of the timed jobs, for those who read it.

#include "core/domain/settings.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Brings the rows to the program's table and the settings. A daily job that is new here begins with its next moment:
/// there is nothing to catch up. Writes only what differs.
void publish_schedule(Database& database, const Settings& settings, Time now);

/// The table for a terminal: names, when, last, next. Writes nothing.
std::string schedule_text(Database& database, const Settings& settings, Time now);

}  // namespace dreamina
