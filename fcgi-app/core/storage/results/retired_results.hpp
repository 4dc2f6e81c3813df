#pragma once
/// Makes room: results whose time is over, and the oldest that are not pinned beyond what a key and all together may
/// have.

#include <filesystem>
#include <stop_token>

#include "core/base/clock.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// In pieces that writers do not notice. Returns how many results lost their files.
int retire_results(Database& database, const std::filesystem::path& folder, const Settings& settings, Time now,
                   const std::stop_token& stop);

/// The same, for what is over the limits alone.
int enforce_result_limits(Database& database, const std::filesystem::path& folder, const Settings& settings,
                          const std::stop_token& stop);

}  // namespace dreamina
