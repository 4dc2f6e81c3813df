#pragma once
/// Commands that change something leave their row in the audit trail.

#include <string>

#include "base/clock.hpp"
#include "domain/audit.hpp"
#include "storage/database.hpp"

namespace dreamina {

struct Trace {
    AuditAction action = AuditAction::change;
    AuditSubject subject = AuditSubject::database;
    std::string id;            ///< empty: no single one
    std::string name;          ///< for people
    std::string old_fields{};  ///< JSON objects without a secret in them; empty: nothing to tell
    std::string new_fields{};
};

/// Best within the transaction of the change. Throws DatabaseError.
void leave_trace(Database& database, const Trace& trace, Time now);

/// The trace of a change that lies outside of the database and is done. If it cannot be left, that is said.
void leave_trace_if_possible(const DatabaseFile& file, const Trace& trace, Time now);

}  // namespace dreamina
