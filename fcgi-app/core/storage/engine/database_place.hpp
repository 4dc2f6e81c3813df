#pragma once
/// What a database stands on that may lose or damage it.

#include <filesystem>
#include <string>
#include <string_view>

namespace dreamina {

struct DatabasePlace {
    std::string file_system;   ///< its type, as "ext4"; empty if it cannot be told
    bool single_file = false;  ///< the file is mounted by itself: its log, beside it, is on another file system
    bool network = false;  ///< of a kind that SQLite's log does not work on: locks and shared memory end at the machine
};

/// By a table of mounts in the form of /proc/self/mountinfo. `file`: absolute, without links.
DatabasePlace place_in(std::string_view mounts, const std::filesystem::path& file);

/// As it is now. Any thread.
DatabasePlace database_place(const std::filesystem::path& file);

/// At the start: warns where it should not be.
void warn_of_place(const std::filesystem::path& file);

}  // namespace dreamina
