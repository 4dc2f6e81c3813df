#include "core/storage/maintenance/backup.hpp"

#include <fmt/format.h>

#include "commands/commands.hpp"
#include "commands/new_file.hpp"
#include "commands/password.hpp"
#include "signals.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"
#include "core/storage/maintenance/encryption.hpp"
#include "core/storage/accounts/encryption_store.hpp"
#include "core/storage/results/result_files.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;

/// The copy is removed if it does not become one.
class Unfinished {
public:
    explicit Unfinished(const fs::path& file) : path(file.string() + ".part") {}
    ~Unfinished()
    {
        std::error_code ignored;
        for (const char* ending : {"", "-wal", "-shm", "-journal"}) fs::remove(path.string() + ending, ignored);
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    const fs::path path;
};

std::string secrets_of(Database& database, bool plain)
{
    const auto encryption_state = EncryptionStore{database}.find();
    return encryption_state && !plain ? "secrets encrypted with the key " + encryption_state->key_id
                                      : "secrets as plain text";
}

}  // namespace

int backup_command(const CommandLine& line)
try {
    const fs::path file = line.arguments.at(0);
    if (const auto free = must_be_new(file); !free) return print_error(free.error().message);
    auto data = open_existing_data_folder(line.folder);
    if (!data) return print_folder_error(data.error());
    const bool plain = line.has("--plain");
    if (plain) {
        const auto confirmed = confirm_password(data->settings->current()->settings, line.has("--password-stdin"));
        if (!confirmed) return print_error(confirmed.error().message);
    }
    Database database{data->database_file};
    const Unfinished copy{file};
    copy_in_steps(database, copy.path, {});
    if (plain) {
        Database opened{DatabaseFile{copy.path, data->database_file.keys()}};
        decrypt_all(opened);
    }
    if (const auto fault = integrity_fault(copy.path, {}))
        return print_error("the copy is not whole, and the database may not be: " + *fault);
    const auto size = static_cast<double>(fs::file_size(copy.path)) / 1e6;
    if (const auto named = name_finally(copy.path, file); !named) return print_error(named.error().message);
    fmt::print("wrote {} ({:.1f} MB, checked, {})\n", file.string(), size, secrets_of(database, plain));
    if (ResultStore{database}.totals().count > 0)
        fmt::print("stored results are not in it: copy {} as well if they matter\n",
                   // A copy of a link would be one.
                   std::filesystem::weakly_canonical(
                       result_folder(data->settings->current()->settings, data->database_file.path()))
                       .string());
    return 0;
} catch (const DatabaseError& error) {
    return print_error(error.what());
} catch (const fs::filesystem_error& error) {
    return print_error(error.what());
}

}  // namespace dreamina
