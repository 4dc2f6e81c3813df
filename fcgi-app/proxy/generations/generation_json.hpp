#pragma once
/// A generation as its client sees it. Blocks on the disk.

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/json_reader.hpp"
#include "core/domain/generation_outlook.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// When to ask again.
std::chrono::seconds retry_after(const Generation& generation, const Outlook& outlook);

/// JSON, with what came of it once it has ended: `result` where that is JSON and small, or `error`.
std::string generation_json(const Generation& generation, const Outlook& outlook, const std::filesystem::path& folder);
/// The same without what came of it, for lists.
std::string generation_list_json(const std::vector<Generation>& page, bool has_more);

/// What is wrong with one that failed: `code` and `message` among others.
Json generation_error(const Generation& generation, const std::filesystem::path& folder);
/// The stored answer, if it is JSON, not compressed, and not larger than that.
std::optional<Json> stored_json(const Generation& generation, const std::filesystem::path& folder, std::int64_t most);

/// What the blocking call would have answered: status, headers, body.
Reply stored_answer(const Generation& generation, const std::filesystem::path& folder);

}  // namespace dreamina
