#include "core/storage/maintenance/open_data_folder.hpp"

#include <sys/stat.h>

#include "core/base/file.hpp"
#include "core/base/log.hpp"
#include "core/base/time_zone.hpp"
#include "core/storage/engine/database_place.hpp"
#include "core/storage/maintenance/earlier_database.hpp"
#include "core/storage/maintenance/migrations.hpp"
#include "core/storage/maintenance/encryption.hpp"

namespace dreamina {
namespace {

/// As the settings are at the moment: the keys are looked for again when others have come into use. The settings
/// outlive every use of the database.
KeyRing::Place key_file_by(const SettingsFile& settings, const std::filesystem::path& folder)
{
    return [&settings, folder]() -> std::optional<std::filesystem::path> {
        const auto& file = settings.current()->settings.secret_key_file;
        return file ? std::optional{folder / *file} : std::nullopt;
    };
}

/// Where it may: a file of another owner stays as it is.
void keep_from_strangers(const std::filesystem::path& file)
{
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode) || (found.st_mode & S_IRWXO) == 0) return;
    if (::chmod(file.c_str(), found.st_mode & 07770U) == 0)
        log_warning("{} could be read by everybody on this machine; it cannot any more", file.string());
}

/// The earlier program took numbers that this one refuses. Its database, not yet taken over, tells its configuration.
void take_over_earlier_settings(const std::filesystem::path& folder)
{
    const auto is_earlier = [&](const Settings& settings) {
        const auto path = database_path(settings.database_url);
        std::error_code error;
        if (!path || !std::filesystem::is_regular_file(folder / *path, error)) return false;
        try {
            Database database{DatabaseFile{folder / *path}};
            return schema_version(database) == 0 && is_earlier_database(database);
        } catch (const DatabaseError&) {
            return false;  // the next open reports it
        }
    };
    SettingsFile::bring_into_range(folder / "config.json", process_environment(), is_earlier);
}

}  // namespace

Result<void> create_data_folder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return file_failure("unwritable", folder, error.message());
    return {};
}

Result<DataFolder> read_data_folder(const std::filesystem::path& folder)
{
    auto settings = SettingsFile::open(folder / "config.json", process_environment());
    if (!settings) return tl::unexpected(settings.error());
    const auto in_force = (*settings)->current();
    set_log_level(parse_log_level(in_force->settings.log_level));

    const auto path = database_path(in_force->settings.database_url);
    if (!path) return tl::unexpected(path.error());
    // An absolute path stays as it is.
    DatabaseFile database{folder / *path, std::make_shared<KeyRing>(key_file_by(**settings, folder))};
    return DataFolder{.folder = folder, .database_file = std::move(database), .settings = std::move(*settings)};
}

Result<DataFolder> open_data_folder(const std::filesystem::path& folder)
{
    settle_time_zone();
    if (auto made = create_data_folder(folder); !made) return tl::unexpected(made.error());
    take_over_earlier_settings(folder);
    auto data = read_data_folder(folder);
    if (!data) return data;
    keep_from_strangers(folder / "config.json");
    for (const char* ending : {"", "-wal", "-shm"}) keep_from_strangers(data->database_file.path().string() + ending);
    if (auto prepared = prepare_database(data->database_file); !prepared) return tl::unexpected(prepared.error());
    if (auto encrypted = prepare_encryption(data->database_file); !encrypted) return tl::unexpected(encrypted.error());
    warn_of_place(data->database_file.path());
    return data;
}

Result<DataFolder> open_existing_data_folder(const std::filesystem::path& folder)
{
    take_over_earlier_settings(folder);
    const auto data = read_data_folder(folder);
    if (!data) return tl::unexpected(data.error());
    const auto& database = data->database_file.path();
    if (!std::filesystem::exists(database)) {
        return failure("no_database", Message{"database.none_there", {{"file", database.string()}}});
    }
    return open_data_folder(folder);
}

}  // namespace dreamina
