#pragma once
/// What every program of the product does first: settings read, log level set, database prepared.

#include <filesystem>
#include <memory>

#include "storage/settings_file.hpp"

namespace dreamina {

struct DataFolder {
    std::filesystem::path folder;
    std::filesystem::path database_file;
    std::unique_ptr<SettingsFile> settings;
};

/// Creates the folder if need be. Error codes as SettingsFile::open and prepare_database give them, and "unwritable".
Result<DataFolder> open_data_folder(const std::filesystem::path& folder);

}  // namespace dreamina
