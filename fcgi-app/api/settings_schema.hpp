#pragma once
/// GET /api/settings/schema: the table of settings with what is in force, for whoever builds a form of it.

#include <vector>

#include "base/json_reader.hpp"
#include "domain/settings.hpp"
#include "server/router.hpp"

namespace dreamina {

std::vector<Route> settings_schema_routes();

/// As it stands in a reply: secrets that are set are masked.
Json shown_value(const SettingRow& row, const Settings& settings);

}  // namespace dreamina
