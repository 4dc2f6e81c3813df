#include "commands/audit.hpp"

#include <filesystem>

#include "print_error.hpp"
#include "core/storage/log/audit_store.hpp"
#include "core/storage/maintenance/migrations.hpp"

namespace dreamina {
namespace {

std::optional<std::string> unless_empty(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional{text};
}

}  // namespace

std::int64_t record_audit(Database& database, const AuditEntry& entry, Time now)
{
    return AuditStore{database}.add({.at = now,
                                     .caller = {.kind = CallerKind::command_line, .session = {}, .address = {}},
                                     .action = entry.action,
                                     .subject = entry.subject,
                                     .subject_id = unless_empty(entry.id),
                                     .subject_name = unless_empty(entry.name),
                                     .old_fields = unless_empty(entry.old_fields),
                                     .new_fields = unless_empty(entry.new_fields)});
}

void try_record_audit(const DatabaseFile& file, const AuditEntry& entry, Time now)
try {
    if (!std::filesystem::exists(file.path())) return;  // there is no trail yet
    Database database{file};
    record_audit(database, entry, now);
} catch (const DatabaseError& error) {
    print_error(std::string{"done, but the audit trail could not be written: "} + error.what());
}

}  // namespace dreamina
