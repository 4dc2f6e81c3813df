#pragma once
/// Pages of all generations, as the administrator looks through them.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/generation.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// What is empty lets all through.
struct GenerationSearch {
    std::vector<GenerationState> states;
    std::optional<Time> from;  ///< created then or later
    std::optional<Time> to;    ///< created before
    std::string id;
    std::string model;
    std::optional<std::int64_t> api_key;  ///< 0: the administrator's password
};

struct GenerationPage {
    std::vector<Generation> items;  ///< the newest first
    std::string next;               ///< where the next page begins; empty: there is none
};

/// At most `size` that were created before the one named by `cursor` (empty: from the newest on). Looks at a bounded
/// number of rows: a page may be short, or empty, and still have a next one.
GenerationPage search_generations(Database& database, const GenerationSearch& search, const std::string& cursor,
                                  std::int64_t size);

/// How many of the same model are to be sent before each one that waits, by its id.
std::map<std::string, std::int64_t> generations_ahead(Database& database);

}  // namespace dreamina
