#pragma once
/// Putting a backup in the place of the database.

#include <filesystem>
#include <optional>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct Restored {
    std::filesystem::path kept;         ///< the former database; empty if there was none
    int version = 0;                    ///< of its schema now; 0: of the earlier program, taken over at the next start
    std::optional<std::string> key_id;  ///< that its secrets are encrypted with
};

/// Checks the backup, makes a copy of it beside the database, keeps that as NAME.before-restore-<time> with its log,
/// and puts the copy in its place. No process may have the database open; one that comes meanwhile waits. Killed at any
/// moment, the database is the former or the new one, and the former is not lost. A backup that was encrypted with a
/// former key (KEYFILE.old) is encrypted with the one in force, one of an older schema is upgraded. Browsers' sessions
/// do not come back. Error codes: "not_found", "damaged", "newer_database", "foreign_database", "no_key", "wrong_key",
/// "key_missing", "key_unreadable", "database", "unwritable".
Result<Restored> restore_database(const DatabaseFile& file, const std::filesystem::path& backup, Time now);

}  // namespace dreamina
