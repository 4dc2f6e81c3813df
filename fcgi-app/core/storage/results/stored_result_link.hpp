#pragma once
/// Where clients find what is stored of an answer.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

/// A signed link to the first stored result of the answer to this request: "/v1/results/…". Nothing if none is stored.
/// Throws DatabaseError.
std::optional<std::string> link_to_stored_result(Database& database, std::string_view request_id, Time now);

}  // namespace dreamina
