#pragma once
/// Copies of the database, taken while others read and write.

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Writes the database as it is at one moment to `file`, which is created, readable for its owner only, and on the
/// disk when this returns. Step by step: others read and write meanwhile, and a stop is noticed within a moment.
/// Throws DatabaseError, also when stopped; an unfinished file is left behind.
void copy_in_steps(Database& database, const std::filesystem::path& file, const std::stop_token& stop);

/// The same of a file that must have no writer meanwhile, with its log if it has one; it is not changed. Returns what
/// is wrong with the copy, nothing if it is whole.
std::optional<std::string> copy_backup(const std::filesystem::path& from, const std::filesystem::path& to);

/// The schema's version in `file`, which is not changed: opening it as a Database would switch another program's file
/// to WAL mode. 0: it is none of ours, or the earlier program's. Throws DatabaseError.
int version_in(const std::filesystem::path& file);

/// Whether accounts in the database in `file` have secrets in plain text; false if it cannot be read.
bool holds_plain_secrets(const std::filesystem::path& file);

/// What is wrong with the database in `file`, by SQLite's integrity_check and foreign_key_check; nothing if it is
/// whole. Throws DatabaseError if it cannot be read at all, or when stopped.
std::optional<std::string> integrity_fault(const std::filesystem::path& file, const std::stop_token& stop);

}  // namespace dreamina
