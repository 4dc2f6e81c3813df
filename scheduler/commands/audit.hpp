#pragma once
/// Commands that change something leave their row in the audit trail.

#include <cstdint>
#include <string>

#include "core/base/clock.hpp"
#include "core/domain/audit.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct AuditEntry {
    AuditAction action = AuditAction::change;
    AuditSubject subject = AuditSubject::database;
    std::string id;            ///< empty: no single one
    std::string name;          ///< for people
    std::string old_fields{};  ///< JSON objects without a secret in them; empty: nothing to tell
    std::string new_fields{};
};

/// Best within the transaction of the change. Returns the row's id. Throws DatabaseError.
std::int64_t record_audit(Database& database, const AuditEntry& entry, Time now);

/// Records a change made outside the database. Prints an error if the audit trail cannot be written.
void try_record_audit(const DatabaseFile& file, const AuditEntry& entry, Time now);

}  // namespace dreamina
