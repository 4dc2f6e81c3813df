#pragma once
/// A generation as replies of /api show it.

#include <filesystem>

#include "core/base/json_reader.hpp"
#include "core/domain/generation_outlook.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

Json generation_json(const Generation& generation, const Outlook& outlook);

/// The same with its answer, and what the request log says of its attempts. Looks at the disk.
Json generation_details_json(Database& database, const std::filesystem::path& folder, const Generation& generation,
                             const Outlook& outlook);

}  // namespace dreamina
