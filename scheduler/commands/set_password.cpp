#include <fmt/format.h>

#include "core/base/password_hash.hpp"
#include "commands/commands.hpp"
#include "commands/password.hpp"
#include "commands/audit.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"

namespace dreamina {
namespace {

constexpr std::string_view password_key = "ADMIN_PASSWORD";

Result<std::string> new_password(bool from_standard_input)
{
    auto password = read_password(from_standard_input, "New password: ");
    if (!password || from_standard_input) return password;
    auto again = read_password(false, "The same again: ");
    if (!again) return again;
    if (*again != *password) return failure("no_password", Message{"command.passwords_differ"});
    return password;
}

}  // namespace

int set_password_command(const CommandLine& line)
{
    if (const auto made = create_data_folder(line.folder); !made) return print_folder_error(made.error());
    const auto data = read_data_folder(line.folder);
    if (!data) return print_folder_error(data.error());
    const auto password = new_password(line.has("--password-stdin"));
    if (!password) return print_error(password.error().message);
    Settings scratch;
    if (const auto good = apply_setting(scratch, *find_setting(password_key), *password); !good)
        return print_error(good.error().message);
    if (password_kind(*password) == "hash") return print_error("that is a hash; give the password itself");
    if (*password == default_admin_password) return print_error("that is the default password, which everybody knows");

    const auto changed = data->settings->change({{std::string{password_key}, hash_password(*password)}});
    if (!changed) return print_folder_error(changed.error());
    try_record_audit(data->database_file,
                     {.subject = AuditSubject::setting,
                      .id = std::string{password_key},
                      .name = std::string{password_key},
                      .old_fields = R"({"ADMIN_PASSWORD":"set"})",
                      .new_fields = R"({"ADMIN_PASSWORD":"changed"})"},
                     system_now());
    fmt::print("the password is changed, and live within a second where the service runs\n");
    return 0;
}

}  // namespace dreamina
