#include "commands/commands.hpp"

#include <algorithm>

namespace dreamina {

namespace {

constexpr CommandWord password_stdin{"--password-stdin", "Read the password from standard input"};

}  // namespace

std::span<const Command> commands()
{
    // clang-format off
    static const std::vector<Command> table{
        {"backup",
         {{"FILE", "The copy, which must not exist yet"}},
         {{"--plain", "Write secrets as plain text; asks for the administrator's password"}, password_stdin},
         "Copy the database while the service runs, and check the copy",
         backup_command},
        {"restore",
         {{"FILE", "The backup"}},
         {},
         "Check a backup and put it in the place of the database; the service must be stopped",
         restore_command},
        {"export",
         {{"FILE", "The export, which must not exist yet"}},
         {{"--plain", "Write secrets as plain text; asks for the administrator's password"}, password_stdin},
         "Write accounts, models and settings as JSON, encrypted with the key",
         export_command},
        {"import",
         {{"FILE", "An export, or accounts as lines or a table"}},
         {{"--dry-run", "Change nothing, and print what would happen"},
          {"--replace", "Replace accounts, models and settings that exist already"},
          {"--skip-faulty", "Leave faulty lines out, and name them"}},
         "Take in a whole file of accounts or an export, or nothing of it",
         import_command},
        {"set-password",
         {},
         {password_stdin},
         "Set the password of the page and of /api; takes effect within a second",
         set_password_command},
        {"generate-key",
         {{"FILE", "The key file, which must not exist yet"}},
         {},
         "Write a new key for SECRET_KEY_FILE",
         generate_key_command, false},
        {"rotate-key",
         {},
         {},
         "Encrypt everything with a new key, while the service runs",
         rotate_key_command},
        {"decrypt",
         {},
         {password_stdin},
         "Keep the secrets as plain text from now on; the service must be stopped",
         decrypt_command},
        {"check",
         {},
         {{"--json", "Print an object for scripts"}},
         "Look for problems, and print what is wrong and what to do",
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
