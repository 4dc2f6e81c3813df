#pragma once
/// Where the bytes of a video come from: this alone decides it.

#include <filesystem>
#include <optional>
#include <string>

#include "core/domain/generation.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// Of one that has ended. 302 to the stored result, if there is one, or to the provider's address in the stored answer;
/// or the bytes, where the answer has them in itself. Else why there are none. Blocks on the disk.
Reply video_content(const Generation& generation, const std::filesystem::path& folder,
                    const std::optional<std::string>& link_to_stored);

}  // namespace dreamina
