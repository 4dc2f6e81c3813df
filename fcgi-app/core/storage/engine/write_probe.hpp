#pragma once
/// `write_probe`: whether the database can be written, found out by writing.

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/clock.hpp"

namespace dreamina {

enum class WriteFault {
    missing,    ///< the file is not there
    full,       ///< its disk, or next to it
    locked,     ///< by another process, for as long as was waited
    read_only,  ///< the file, its folder or its disk
    broken,     ///< anything else; the reason says what
};

struct FoundWriteFault {
    WriteFault fault = WriteFault::broken;
    std::string reason;  ///< for the log: may hold a path
};

/// Less room than this counts as none: what SQLite has at hand already may still hold a row or two.
constexpr std::uintmax_t min_disk_space = 1024 * 1024;

/// Commits one row over a connection of its own, waiting for a lock for `patience` at most; nothing if that went well.
/// Costs about a millisecond and a page or two of the log, so a frequent caller should keep the answer. A
/// transaction that is rolled back would not do: it never reaches the disk.
std::optional<FoundWriteFault> find_write_fault(const std::filesystem::path& database_file, Time now,
                                                milliseconds patience);

}  // namespace dreamina
