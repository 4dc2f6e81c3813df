#pragma once
/// Whole files, written so that a reader or a crash never meets half of one.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/unique_fd.hpp"

namespace dreamina {

/// Error codes: "not_found", "unreadable".
Result<std::string> read_file(const std::filesystem::path& path);

/// An error of a file, a folder or of what is in it: its name, and why.
tl::unexpected<Error> file_failure(std::string code, const std::filesystem::path& file, std::string reason);
/// With the system's text for `error_number`, an errno.
tl::unexpected<Error> file_failure(std::string code, const std::filesystem::path& file, int error_number);

/// For people: that a directory stands where a file belongs, how it came there and what to do.
Message directory_in_place_of(const std::filesystem::path& file);

/// In as many pieces as it takes. False with errno if not all of it could be written.
bool write_all(int fd, std::string_view content);

/// Temporary file beside it, fsync, rename, fsync of the folder. An existing file keeps its mode;
/// a new one gets `mode_if_new`. Where the path is a mount point of its own (a single file bound into a
/// container cannot be renamed over), it is rewritten in place. A symbolic link stays: what it leads to is written.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content, mode_t mode_if_new);

/// Of a file that root made for a service (a command run with sudo): it goes to whom its folder belongs to, who could
/// not open it otherwise. Does nothing unless run as root.
void chown_to_folder_owner(int fd, const std::filesystem::path& path);

/// An exclusive lock on `path` (created if need be) that ends with the descriptor or the process.
/// Error code "locked" if another holds it and `wait` is false.
Result<UniqueFd> lock_file(const std::filesystem::path& path, bool wait);

/// True if another holds that lock now. Asking does not disturb those that wait for it; a lock_file() at the same
/// moment that does not wait may find it taken.
bool is_locked(const std::filesystem::path& path);

/// Bytes that this process may still write on the disk of `folder`; nothing if that cannot be told.
std::optional<std::uintmax_t> free_space(const std::filesystem::path& folder);

}  // namespace dreamina
