#pragma once
/// A generation as its client sees it. Blocks on the disk.

#include <filesystem>
#include <optional>
#include <string>

#include "core/domain/generation_outlook.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// When to ask again.
std::chrono::seconds retry_after(const Generation& generation, const Outlook& outlook);

/// JSON, with what came of it once it has ended: `result` where that is JSON and small, or `error`.
std::string generation_json(const Generation& generation, const Outlook& outlook, const std::filesystem::path& folder);
/// The same without what came of it, for lists.
std::string generation_list_json(const std::vector<Generation>& page, bool has_more);

/// What the blocking call would have answered: status, headers, body.
Reply stored_answer(const Generation& generation, const std::filesystem::path& folder);

}  // namespace dreamina
