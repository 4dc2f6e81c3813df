#pragma once
/// What a client's list of generations is to hold, by the query.

#include <string>

#include <tl/expected.hpp>

#include "core/storage/generations/generation_store.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// `status`, `after`, `limit` (1 to 100) and `order` (asc, desc); the answer that names what is wrong.
tl::expected<GenerationFilter, Reply> read_generation_filter(const std::string& query);

}  // namespace dreamina
