#include "storage/open_data_folder.hpp"

#include <fmt/format.h>

#include "storage/migrations.hpp"

namespace dreamina {

Result<DataFolder> open_data_folder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return failure("unwritable", fmt::format("{}: {}", folder.string(), error.message()));

    auto settings = SettingsFile::open(folder / "config.json", process_environment());
    if (!settings) return tl::unexpected(settings.error());
    const auto in_force = (*settings)->current();
    set_log_level(parse_log_level(in_force->settings.log_level));

    const auto path = database_path(in_force->settings.database_url);
    if (!path) return tl::unexpected(path.error());
    const std::filesystem::path database = folder / *path;  // an absolute path stays as it is
    if (auto prepared = prepare_database(database); !prepared) return tl::unexpected(prepared.error());
    return DataFolder{.folder = folder, .database_file = database, .settings = std::move(*settings)};
}

}  // namespace dreamina
