#include "core/storage/maintenance/restore.hpp"

#include <fmt/format.h>

#include "commands/commands.hpp"
#include "commands/stopped_service.hpp"
#include "commands/audit.hpp"
#include "core/storage/maintenance/migrations.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"

namespace dreamina {
namespace {

int status_of(const Error& error)
{
    return error.code.ends_with("_key") || error.code.starts_with("key_") ? exit_bad_configuration : exit_failed;
}

}  // namespace

int restore_command(const CommandLine& line)
{
    // What is in the place of the database now need not be whole, or there.
    if (const auto made = create_data_folder(line.folder); !made) return print_folder_error(made.error());
    const auto data = read_data_folder(line.folder);
    if (!data) return print_folder_error(data.error());
    const auto stopped = service_is_stopped(data->database_file);
    if (!stopped) return print_not_stopped(stopped.error());
    const auto restored = restore_database(data->database_file, line.arguments.at(0), system_now());
    if (!restored) return print_error(restored.error().message, status_of(restored.error()));

    const AuditEntry entry{.action = AuditAction::restore, .id = {}, .name = line.arguments.at(0)};
    // The earlier program has no trail.
    if (restored->version == newest_schema_version()) try_record_audit(data->database_file, entry, system_now());
    fmt::print("restored {} from {} (checked{}{})\n", data->database_file.path().string(), line.arguments.at(0),
               restored->key_id ? ", secrets encrypted with the key " + *restored->key_id : "",
               restored->version < newest_schema_version() ? ", upgraded at the next start" : "");
    if (!restored->kept.empty()) fmt::print("the former database is {}\n", restored->kept.string());
    fmt::print("API keys are as they were then: revoke again what was revoked since.\n");
    return 0;
}

}  // namespace dreamina
