#pragma once
/// What the programs ask of the database: the text of each statement that begins to run while the tests do.
/// tests/dialect has them all prepared by PostgreSQL as well.

#include <filesystem>

namespace dreamina {

/// From now on, of all connections that are opened. Before the first one; once in a process.
void record_statements();

/// Those that have run so far, each once: a JSON object to a line, its `sql` and that with PostgreSQL's placeholders,
/// `numbered`. Throws std::ios_base::failure.
void write_recorded_statements(const std::filesystem::path& file);

}  // namespace dreamina
