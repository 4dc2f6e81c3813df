#pragma once
/// Asking on purpose once more for what failed: a new generation with the body of the other one. It is nobody's at
/// first, so that any worker takes it.

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

#include "core/domain/generation.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Why there is none.
enum class NoRetry {
    not_ended,
    completed,
    key_gone,   ///< its API key is revoked or deleted
    body_gone,  ///< what it was asked for with is not kept any more
    queue_full
};

struct RetriedGeneration {
    Generation generation;
    bool is_new = true;  ///< not one that was asked for before, and has not ended
};

/// Part of a write transaction that the caller holds; where that is not committed, the body of the new one is a stray
/// file. Waits for the disk.
tl::expected<RetriedGeneration, NoRetry> retry_generation(Database& database, const std::filesystem::path& folder,
                                                          const Generation& generation, const Settings& settings,
                                                          Time now);

}  // namespace dreamina
