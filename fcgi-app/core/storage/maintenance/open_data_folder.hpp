#pragma once
/// What every program of the product does first: settings read, log level set, database prepared.

#include <filesystem>
#include <memory>

#include "core/storage/engine/database_file.hpp"
#include "core/storage/stores/settings_file.hpp"

namespace dreamina {

struct DataFolder {
    std::filesystem::path folder;
    DatabaseFile database_file;  ///< with its keys
    std::unique_ptr<SettingsFile> settings;
};

/// Creates the folder if need be. Of its files that were brought there, strangers' access is taken away: they hold
/// secrets. Error codes as SettingsFile::open, prepare_database and prepare_encryption give them,
/// and "unwritable".
Result<DataFolder> open_data_folder(const std::filesystem::path& folder);

/// The same for reading only: a mistyped folder is refused rather than made and found empty.
/// Error code "no_database".
Result<DataFolder> open_existing_data_folder(const std::filesystem::path& folder);

/// Error code "unwritable".
Result<void> create_data_folder(const std::filesystem::path& folder);

/// The same without creating the folder and without looking at the database: it need not be there, or whole.
Result<DataFolder> read_data_folder(const std::filesystem::path& folder);

}  // namespace dreamina
