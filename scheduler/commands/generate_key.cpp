#include <fmt/format.h>

#include "core/base/key_ring.hpp"
#include "commands/commands.hpp"
#include "commands/new_file.hpp"

namespace dreamina {

int generate_key_command(const CommandLine& line)
{
    const std::filesystem::path file = line.arguments.at(0);
    const EncryptionKey key = EncryptionKey::random();
    if (const auto written = write_new_file(file, key_file_text({key})); !written)
        return print_error(written.error().message);
    if (const auto given = give_to_owner_of(line.folder, file); !given) return print_error(given.error().message);
    fmt::print(
        "wrote the key {} to {}\nKeep a copy of it apart from the database and its backups: without it their "
        "secrets are lost.\n",
        key.id(), file.string());
    return 0;
}

}  // namespace dreamina
