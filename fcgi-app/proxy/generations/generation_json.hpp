#pragma once
/// A generation as its client sees it. Blocks on the disk.

#include <filesystem>
#include <optional>
#include <string>

#include "core/domain/generation.hpp"
#include "net/exchange.hpp"
#include "proxy/generations/model_durations.hpp"

namespace dreamina {

/// Where one is in its queue, and when it is likely to have ended.
struct Outlook {
    std::optional<std::int64_t> position;  ///< from 1; of one that waits
    std::optional<std::int64_t> eta_seconds;
    std::int64_t sample_size = 0;  ///< what the estimate is from
    int progress = 0;
};
/// `ahead`: how many of the same model are to be sent before it.
Outlook outlook(const Generation& generation, const std::optional<Durations>& durations, std::int64_t ahead, Time now);

/// When to ask again.
std::chrono::seconds retry_after(const Generation& generation, const Outlook& outlook);

/// JSON, with what came of it once it has ended: `result` where that is JSON and small, or `error`.
std::string generation_json(const Generation& generation, const Outlook& outlook, const std::filesystem::path& folder);
/// The same without what came of it, for lists.
std::string generation_list_json(const std::vector<Generation>& page, bool has_more);

/// What the blocking call would have answered: status, headers, body.
Reply stored_answer(const Generation& generation, const std::filesystem::path& folder);

}  // namespace dreamina
