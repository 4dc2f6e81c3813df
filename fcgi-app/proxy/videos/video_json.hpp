#pragma once
/// A generation as OpenAI's Video object, for those that were asked for at /v1/videos. Blocks on the disk.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/domain/generation_outlook.hpp"

namespace dreamina {

/// JSON with all members that OpenAI's libraries require.
std::string video_json(const Generation& generation, const Outlook& outlook, const std::filesystem::path& folder);
std::string video_list_json(const std::vector<std::pair<Generation, Outlook>>& page, bool has_more,
                            const std::filesystem::path& folder);

}  // namespace dreamina
