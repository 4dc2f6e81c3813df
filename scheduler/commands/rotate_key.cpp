#include <fmt/format.h>

#include "commands/commands.hpp"
#include "commands/audit.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"
#include "core/storage/maintenance/encryption.hpp"

namespace dreamina {

int rotate_key_command(const CommandLine& line)
{
    const auto data = open_existing_data_folder(line.folder);
    if (!data) return print_folder_error(data.error());
    const auto rotated = rotate_key(data->database_file);
    if (!rotated) {
        const bool no_key = rotated.error().code == "no_key" || rotated.error().code == "wrong_key";
        return print_error(rotated.error().message, no_key ? exit_bad_configuration : exit_failed);
    }
    try_record_audit(data->database_file, {.action = AuditAction::rotate_key, .id = {}, .name = rotated->key_id},
                     system_now());
    fmt::print("{}the secrets are encrypted with the key {}\n",
               rotated->was_interrupted ? "finished what was begun before: " : "", rotated->key_id);
    fmt::print("the former key is in {}: backups and exports made with it need it; remove it when they are gone\n",
               rotated->old_keys.string());
    return 0;
}

}  // namespace dreamina
