#include "commands/checked_configuration.hpp"

#include "core/base/message/coded_error.hpp"
#include "core/storage/maintenance/open_data_folder.hpp"

namespace dreamina {
namespace {

std::set<std::string> settings_at_fault(const Error& fault)
{
    std::set<std::string> keys{field_fault_of(fault).field};
    for (const Error& each : fault.each) keys.insert(field_fault_of(each).field);
    keys.erase("");
    return keys;
}

/// Where the configuration does not tell, the usual place counts if there is something.
std::optional<DatabaseFile> database_file_of(const CheckedConfiguration& checked, const std::filesystem::path& folder)
{
    const auto path = database_path(checked.settings.database_url);
    if (!path || (!checked.knows("DATABASE_URL") && !std::filesystem::exists(folder / *path))) return std::nullopt;
    const auto& key = checked.settings.secret_key_file;
    auto place = key ? std::optional{folder / *key} : std::nullopt;
    return DatabaseFile{folder / *path, std::make_shared<KeyRing>(KeyRing::Place{[place] { return place; }})};
}

}  // namespace

CheckedConfiguration check_configuration(const std::filesystem::path& folder)
{
    CheckedConfiguration checked;
    auto data = read_data_folder(folder);
    if (data) {
        checked.settings = data->settings->current()->settings;
        checked.database_file = std::move(data->database_file);
        checked.file = std::move(data->settings);
        return checked;
    }
    checked.fault = data.error();
    const SettingsReading reading = SettingsFile::examine(folder / "config.json", process_environment());
    checked.is_readable = reading.usable.has_value();
    if (reading.usable) checked.settings = reading.usable->settings;
    checked.doubtful = settings_at_fault(data.error());
    checked.database_file = database_file_of(checked, folder);
    return checked;
}

}  // namespace dreamina
