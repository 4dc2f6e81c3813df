#include <fmt/format.h>

#include "commands/commands.hpp"
#include "commands/password.hpp"
#include "commands/stopped_service.hpp"
#include "commands/audit.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"
#include "core/storage/maintenance/encryption.hpp"
#include "core/storage/accounts/encryption_store.hpp"

namespace dreamina {

int decrypt_command(const CommandLine& line)
try {
    const auto data = open_existing_data_folder(line.folder);
    if (!data) return print_folder_error(data.error());
    const auto stopped = service_is_stopped(data->database_file);
    if (!stopped) return print_not_stopped(stopped.error());
    Database database{data->database_file};
    if (!EncryptionStore{database}.find()) return print_error("the secrets are not encrypted");
    const auto confirmed = confirm_password(data->settings->current()->settings, line.has("--password-stdin"));
    if (!confirmed) return print_error(confirmed.error().message);

    // If this is killed in between, the next start encrypts again: nothing is lost.
    decrypt_all(database);
    const auto changed = data->settings->change({{"SECRET_KEY_FILE", nullptr}});
    if (!changed) return print_folder_error(changed.error());
    record_audit(database, {.subject = AuditSubject::setting, .id = "SECRET_KEY_FILE", .name = "SECRET_KEY_FILE"},
                 system_now());
    fmt::print("the secrets are plain text from now on; SECRET_KEY_FILE is null in config.json\n");
    return 0;
} catch (const DatabaseError& error) {
    return print_error(error.what());
}

}  // namespace dreamina
