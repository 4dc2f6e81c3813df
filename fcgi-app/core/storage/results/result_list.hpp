#pragma once
/// Pages of stored results, as the administrator looks through them.

#include <optional>
#include <string>
#include <vector>

#include "core/domain/results/stored_result.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// What is empty lets all through.
struct ResultSearch {
    std::optional<Time> from;  ///< created then or later
    std::optional<Time> to;    ///< created before
    std::string id;            ///< of the result, or of its request
    std::optional<ResultState> state;
    std::optional<ResultMedia> media;
    std::string model;
    std::optional<std::int64_t> api_key;  ///< 0: the administrator's password
    std::optional<std::int64_t> account;
    std::optional<bool> is_pinned;
};

struct ResultPage {
    std::vector<StoredResult> items;  ///< the newest first
    std::string next;                 ///< where the next page begins; empty: there is none
};

/// At most `size` that were created before the one named by `cursor` (empty: from the newest on). Looks at a bounded
/// number of rows: a page may be short, or empty, and still have a next one.
ResultPage search_results(Database& database, const ResultSearch& search, const std::string& cursor, std::int64_t size);

}  // namespace dreamina
