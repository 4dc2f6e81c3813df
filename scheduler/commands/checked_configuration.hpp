#pragma once
/// What `check` knows of a data folder's configuration, which may have faults: the rest of it is looked at all the
/// same.

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "core/storage/engine/database_file.hpp"
#include "core/storage/stores/settings_file.hpp"

namespace dreamina {

struct CheckedConfiguration {
    std::optional<Error> fault;
    Settings settings;                          ///< where one is not known, its default
    bool is_readable = true;                    ///< otherwise no setting is known
    std::set<std::string> doubtful;             ///< the settings at fault
    std::optional<DatabaseFile> database_file;  ///< empty where nobody knows which one it is
    std::unique_ptr<SettingsFile> file;         ///< null with a fault

    bool knows(const std::string& key) const { return is_readable && !doubtful.contains(key); }
};

CheckedConfiguration check_configuration(const std::filesystem::path& folder);

}  // namespace dreamina
