#pragma once
/// The earlier program's `dreamina.db`: one table `accounts`, no user_version, local times without a zone.

#include "core/storage/engine/database.hpp"

namespace dreamina {

/// True if the file holds the earlier program's table and was never ours.
bool is_earlier_database(Database& database);

/// False where the zone of its local times cannot be told: TZ names none.
bool can_read_local_times();

/// Makes way for the new schema: its table is set aside under another name. Within the migration's transaction.
void set_earlier_accounts_aside(Database& database);

/// Copies every account into the new tables and drops the old table. Its local times are read in the process's time
/// zone (TZ). Within the same transaction. Returns how many there were.
int take_over_earlier_accounts(Database& database);

}  // namespace dreamina
