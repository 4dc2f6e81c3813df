#pragma once
/// Files that commands write for people: whole, for their owner's eyes only, and never over another.

#include <filesystem>
#include <string_view>

#include "core/base/result.hpp"

namespace dreamina {

/// Error codes "exists", "unwritable".
Result<void> must_be_new(const std::filesystem::path& file);
Result<void> write_new_file(const std::filesystem::path& file, std::string_view content);

/// Run as root, gives a new file to the owner of the data folder, whose programs are to read it. Without a folder it is
/// of the owner of the folder that it is in. Error code "unwritable".
Result<void> give_to_owner_of(const std::filesystem::path& data_folder, const std::filesystem::path& file);

/// Gives a finished file its final name. The same error codes.
Result<void> name_finally(const std::filesystem::path& unfinished, const std::filesystem::path& file);

}  // namespace dreamina
