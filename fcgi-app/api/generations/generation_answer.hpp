#pragma once
/// The stored answer of a generation: what a client got, or would have got, as a file to save.

#include <filesystem>

#include "core/domain/generation.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// Never a type that a browser would run: what is none of a few harmless ones is bytes. 410 where the answer is not
/// kept. Waits for the disk.
Reply answer_file_reply(const Generation& generation, const std::filesystem::path& folder);

}  // namespace dreamina
