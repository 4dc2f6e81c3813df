#include "storage/backup.hpp"

#include <fmt/format.h>

#include "commands/commands.hpp"
#include "commands/new_file.hpp"
#include "commands/password.hpp"
#include "signals.hpp"
#include "storage/open_data_folder.hpp"
#include "storage/sealing.hpp"
#include "storage/sealing_store.hpp"

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
    const auto sealing = SealingStore{database}.find();
    return sealing && !plain ? "secrets encrypted with the key " + sealing->key_id : "secrets as plain text";
}

}  // namespace

int backup_command(const CommandLine& line)
try {
    const fs::path file = line.arguments.at(0);
    if (const auto free = must_be_new(file); !free) return complain(free.error().message);
    auto data = open_existing_data_folder(line.folder);
    if (!data) return complain_of_folder(data.error());
    const bool plain = line.has("--plain");
    if (plain) {
        const auto confirmed = confirm_password(data->settings->current()->settings, line.has("--password-stdin"));
        if (!confirmed) return complain(confirmed.error().message);
    }
    Database database{data->database_file};
    const Unfinished copy{file};
    copy_in_steps(database, copy.path, {});
    if (plain) {
        Database opened{DatabaseFile{copy.path, data->database_file.keys()}};
        unseal(opened);
    }
    if (const auto fault = integrity_fault(copy.path, {}))
        return complain("the copy is not whole, and the database may not be: " + *fault);
    const auto size = static_cast<double>(fs::file_size(copy.path)) / 1e6;
    if (const auto named = name_finally(copy.path, file); !named) return complain(named.error().message);
    fmt::print("wrote {} ({:.1f} MB, checked, {})\n", file.string(), size, secrets_of(database, plain));
    return 0;
} catch (const DatabaseError& error) {
    return complain(error.what());
} catch (const fs::filesystem_error& error) {
    return complain(error.what());
}

}  // namespace dreamina
