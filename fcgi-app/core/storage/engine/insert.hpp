#pragma once
/// A new row that gets its id from the database.

#include <cstdint>
#include <string_view>

#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Of an INSERT of one row that ends with RETURNING id; runs it to its end. Throws DatabaseError.
std::int64_t inserted_id(Query row);

/// Runs such an INSERT and returns the id. Throws DatabaseError.
template <class... Arguments>
std::int64_t insert_row(Database& database, std::string_view sql, const Arguments&... arguments)
{
    return inserted_id(database.query(sql, arguments...));
}

}  // namespace dreamina
