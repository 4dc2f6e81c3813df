#pragma once
/// Removes generations that have expired, with their files, and what processes that were killed have left of them.

#include <filesystem>
#include <stop_token>

#include "core/base/clock.hpp"
#include "core/storage/engine/database.hpp"
#include "core/storage/generations/generation_files.hpp"

namespace dreamina {

/// In pieces that writers do not notice; a stop loses nothing. Returns how many generations went.
int remove_expired_generations(Database& database, const std::filesystem::path& folder, Time now,
                               const std::stop_token& stop);

}  // namespace dreamina
