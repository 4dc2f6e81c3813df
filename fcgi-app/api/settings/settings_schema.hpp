#pragma once
/// GET /api/settings/schema: the table of settings with what is in force, for building a form.

#include <array>
#include <string_view>
#include <vector>

#include "core/base/json_reader.hpp"
#include "core/domain/settings.hpp"
#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> settings_schema_routes();

/// What the schema says of a setting, and where its value comes from.
inline constexpr std::array all_setting_types{SettingType::text, SettingType::integer, SettingType::number,
                                              SettingType::boolean};
inline constexpr std::array all_setting_sources{SettingSource::file, SettingSource::environment,
                                                SettingSource::fallback};
inline constexpr std::array all_setting_effects{SettingEffect::at_once, SettingEffect::nginx_reload,
                                                SettingEffect::restart};
std::string_view to_string(SettingType type);
/// "default" for fallback.
std::string_view to_string(SettingSource source);
std::string_view to_string(SettingEffect effect);

/// As it stands in a reply: secrets that are set are masked.
Json shown_value(const SettingRow& row, const Settings& settings);

}  // namespace dreamina
