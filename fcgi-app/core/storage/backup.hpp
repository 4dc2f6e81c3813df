#pragma once
/// Copies of the database, taken while others read and write.

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "storage/database.hpp"

namespace dreamina {

/// Writes the database as it is at one moment to `file`, which is made anew, readable for its owner only, and on the
/// disk when this returns. Step by step: others read and write meanwhile, and a stop is noticed within a moment.
/// Throws DatabaseError, also when stopped; an unfinished file is left behind.
void copy_in_steps(Database& database, const std::filesystem::path& file, const std::stop_token& stop);

/// What is wrong with the database in `file`, by SQLite's integrity_check and foreign_key_check; nothing if it is
/// whole. Throws DatabaseError if it cannot be read at all, or when stopped.
std::optional<std::string> integrity_fault(const std::filesystem::path& file, const std::stop_token& stop);

}  // namespace dreamina
