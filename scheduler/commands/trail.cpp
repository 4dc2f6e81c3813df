#include "commands/trail.hpp"

#include <filesystem>

#include "complain.hpp"
#include "storage/audit_store.hpp"
#include "storage/migrations.hpp"

namespace dreamina {
namespace {

std::optional<std::string> unless_empty(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional{text};
}

}  // namespace

void leave_trace(Database& database, const Trace& trace, Time now)
{
    AuditStore{database}.add({.at = now,
                              .caller = {.kind = CallerKind::command_line, .session = {}, .address = {}},
                              .action = trace.action,
                              .subject = trace.subject,
                              .subject_id = unless_empty(trace.id),
                              .subject_name = unless_empty(trace.name),
                              .old_fields = unless_empty(trace.old_fields),
                              .new_fields = unless_empty(trace.new_fields)});
}

void leave_trace_if_possible(const DatabaseFile& file, const Trace& trace, Time now)
try {
    if (!std::filesystem::exists(file.path())) return;  // there is no trail yet
    Database database{file};
    leave_trace(database, trace, now);
} catch (const DatabaseError& error) {
    complain(std::string{"done, but the audit trail could not be written: "} + error.what());
}

}  // namespace dreamina
