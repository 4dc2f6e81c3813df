#pragma once
/// Statements say where their arguments go as SQLite does, `?` or `?3`; PostgreSQL knows `$3` only.

#include <string>
#include <string_view>

namespace dreamina {

/// The statement with `$n` for each placeholder. As in SQLite, a `?` without a number has the one after the highest so
/// far. What stands in quotes and in comments stays as it is. Any thread.
std::string numbered_placeholders(std::string_view sql);

}  // namespace dreamina
