#include "commands/commands.hpp"

#include <algorithm>

namespace dreamina {

std::span<const Command> commands()
{
    // clang-format off
    static const std::vector<Command> table{
        {"backup", {"FILE"}, {"--plain", "--password-stdin"},
         "copy the database while the service runs, and check the copy; secrets stay encrypted but for --plain",
         backup_command},
        {"restore", {"FILE"}, {},
         "check a backup and put it in the place of the database, which is kept; the service must be stopped",
         restore_command},
        {"export", {"FILE"}, {"--plain", "--password-stdin"},
         "write accounts, models and settings as JSON, encrypted with the key but for --plain",
         export_command},
        {"import", {"FILE"}, {"--dry-run", "--replace", "--skip-faulty"},
         "take in an export, or accounts as lines or a table; what is known is left as it is but for --replace. All of it or nothing, but for faulty lines with --skip-faulty",
         import_command},
        {"set-password", {}, {"--password-stdin"},
         "set the password of the page and of /api; live within a second",
         set_password_command},
        {"generate-key", {"FILE"}, {},
         "write a new key to a file that is not there yet, for SECRET_KEY_FILE",
         generate_key_command, false},
        {"rotate-key", {}, {},
         "encrypt everything with a new key, while the service runs",
         rotate_key_command},
        {"decrypt", {}, {"--password-stdin"},
         "keep the secrets as plain text from now on; the service must be stopped",
         decrypt_command},
        {"check", {}, {"--json"},
         "look whether everything is well: what is wrong, and what to do",
         check_command},
    };
    // clang-format on
    return table;
}

const Command* find_command(std::string_view name)
{
    const auto found =
        std::find_if(commands().begin(), commands().end(), [&](const Command& it) { return it.name == name; });
    return found == commands().end() ? nullptr : &*found;
}

}  // namespace dreamina
