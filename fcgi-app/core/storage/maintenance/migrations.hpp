#pragma once
/// Brings a database file to the schema this program knows.

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct Migration {
    int version;           ///< its file's number, which becomes user_version
    std::string_view sql;  ///< the file's text, embedded at build
};

/// sql/NNNN_*.sql in order.
const std::vector<Migration>& embedded_migrations();

/// The schema's version in a file that is there; 0 if it has none of ours, as the earlier program's. Throws
/// DatabaseError.
int schema_version(Database& database);
int newest_schema_version();

/// Runs what is missing on a copy of one of our databases that nothing else has open. Throws DatabaseError.
void migrate_copy(Database& copy);

/// Opens the file and runs what is missing, each process that comes at the same time waiting for the first; a file of
/// the earlier program is taken over (a copy NAME.before-upgrade is made first). A new file is for its owner's eyes
/// only. Error codes: "newer_database" (written by a later version), "foreign_database" (tables that are not ours),
/// "time_zone" (TZ names none that the earlier program's local times could be read in), "database" (cannot be opened,
/// written, copied).
Result<void> prepare_database(const std::filesystem::path& file);

}  // namespace dreamina
