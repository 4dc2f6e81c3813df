#include "core/base/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace dreamina {
namespace {

/// Where the content goes: a link stays one, and what it leads to is written, be it there yet or not.
std::filesystem::path behind_links(std::filesystem::path path)
{
    constexpr int max_links = 40;  // as the kernel has it
    std::error_code error;
    for (int i = 0; i < max_links && std::filesystem::is_symlink(path, error); ++i) {
        const auto target = std::filesystem::read_symlink(path, error);
        if (error) break;
        path = path.parent_path() / target;  // an absolute one replaces the whole
    }
    return path;
}

Result<void> rewrite_in_place(const std::filesystem::path& path, std::string_view content)
{
    const UniqueFd fd{::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC)};
    if (!fd || !write_all(fd.get(), content) || ::fsync(fd.get()) != 0) return file_failure("unwritable", path, errno);
    return {};
}

}  // namespace

tl::unexpected<Error> file_failure(std::string code, const std::filesystem::path& file, std::string reason)
{
    return failure(std::move(code), Message{"file.failed", {{"file", file.string()}, {"reason", std::move(reason)}}});
}

tl::unexpected<Error> file_failure(std::string code, const std::filesystem::path& file, int error_number)
{
    return file_failure(std::move(code), file, std::string{std::strerror(error_number)});
}

Result<std::string> read_file(const std::filesystem::path& path)
{
    const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd) return file_failure(errno == ENOENT ? "not_found" : "unreadable", path, errno);
    std::string content;
    char chunk[16 * 1024];
    for (;;) {
        const ssize_t count = ::read(fd.get(), chunk, sizeof chunk);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EISDIR) return failure("unreadable", directory_in_place_of(path));
        if (count < 0) return file_failure("unreadable", path, errno);
        if (count == 0) return content;
        content.append(chunk, static_cast<std::size_t>(count));
    }
}

Message directory_in_place_of(const std::filesystem::path& file)
{
    return {"file.is_directory", {{"file", file.string()}}};
}

bool write_all(int fd, std::string_view content)
{
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Result<void> write_file_atomically(const std::filesystem::path& given, std::string_view content, mode_t mode_if_new)
{
    const std::filesystem::path path = behind_links(given);
    struct stat existing {};
    const bool exists = ::stat(path.c_str(), &existing) == 0;
    const mode_t mode = exists ? (existing.st_mode & 07777U) : mode_if_new;

    std::string temporary = path.string() + ".XXXXXX";
    UniqueFd fd{::mkostemp(temporary.data(), O_CLOEXEC)};
    if (!fd) return exists ? rewrite_in_place(path, content) : file_failure("unwritable", path, errno);

    if (!write_all(fd.get(), content) || ::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0) {
        const int error = errno;
        ::unlink(temporary.c_str());
        return file_failure("unwritable", path, error);
    }
    // Keep the owner where we may (root editing a service's file); where we may not, the new owner is us.
    if (exists) [[maybe_unused]]
        const int ignored = ::fchown(fd.get(), existing.st_uid, existing.st_gid);
    if (!exists) chown_to_folder_owner(fd.get(), path);

    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const int error = errno;
        ::unlink(temporary.c_str());
        if (error == EBUSY || error == EXDEV) return rewrite_in_place(path, content);
        return file_failure("unwritable", path, error);
    }
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const UniqueFd folder_fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (folder_fd) ::fsync(folder_fd.get());
    return {};
}

void chown_to_folder_owner(int fd, const std::filesystem::path& path)
{
    struct stat folder {};
    const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
    if (::geteuid() != 0 || ::stat(parent.c_str(), &folder) != 0) return;
    [[maybe_unused]] const int ignored = ::fchown(fd, folder.st_uid, folder.st_gid);
}

Result<UniqueFd> lock_file(const std::filesystem::path& path, bool wait)
{
    UniqueFd fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!fd) return file_failure("unwritable", path, errno);
    chown_to_folder_owner(fd.get(), path);
    int locked = 0;
    do {
        locked = ::flock(fd.get(), LOCK_EX | (wait ? 0 : LOCK_NB));
    } while (locked != 0 && errno == EINTR);
    if (locked != 0) return file_failure(errno == EWOULDBLOCK ? "locked" : "unwritable", path, errno);
    return fd;
}

bool is_locked(const std::filesystem::path& path)
{
    const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    return fd && ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

std::optional<std::uintmax_t> free_space(const std::filesystem::path& folder)
{
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error) return std::nullopt;
    // A part is kept for the system's administrator.
    return ::geteuid() == 0 ? space.free : space.available;
}

}  // namespace dreamina
