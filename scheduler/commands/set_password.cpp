#include <fmt/format.h>

#include "base/password_hash.hpp"
#include "commands/commands.hpp"
#include "commands/password.hpp"
#include "commands/trail.hpp"
#include "storage/open_data_folder.hpp"

namespace dreamina {
namespace {

constexpr std::string_view password_key = "ADMIN_PASSWORD";

Result<std::string> new_password(bool from_standard_input)
{
    auto password = read_password(from_standard_input, "New password: ");
    if (!password || from_standard_input) return password;
    auto again = read_password(false, "The same again: ");
    if (!again) return again;
    if (*again != *password) return failure("no_password", "they differ; nothing was changed");
    return password;
}

}  // namespace

int set_password_command(const CommandLine& line)
{
    if (const auto made = create_data_folder(line.folder); !made) return complain_of_folder(made.error());
    const auto data = read_data_folder(line.folder);
    if (!data) return complain_of_folder(data.error());
    const auto password = new_password(line.has("--password-stdin"));
    if (!password) return complain(password.error().message);
    Settings scratch;
    if (const auto good = apply_setting(scratch, *find_setting(password_key), *password); !good)
        return complain(good.error().message);
    if (password_kind(*password) == "hash") return complain("that is a hash; give the password itself");
    if (*password == default_admin_password) return complain("that is the default password, which everybody knows");

    const auto changed = data->settings->change({{std::string{password_key}, hash_password(*password)}});
    if (!changed) return complain_of_folder(changed.error());
    leave_trace_if_possible(data->database_file,
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
