#include "commands/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/file.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> is_there(const fs::path& file)
{
    return failure("exists", Message{"command.file_exists", {{"file", file.string()}}});
}

}  // namespace

Result<void> must_be_new(const fs::path& file)
{
    std::error_code error;
    if (fs::symlink_status(file, error).type() != fs::file_type::not_found) return is_there(file);
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    if (!fs::is_directory(folder, error))
        return failure("unwritable", Message{"command.folder_missing", {{"folder", folder.string()}}});
    return {};
}

Result<void> write_new_file(const fs::path& file, std::string_view content)
{
    if (auto free = must_be_new(file); !free) return free;
    const fs::path unfinished = file.string() + ".part";
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    if (auto written = write_file_atomically(unfinished, content, 0600); !written) return written;
    return name_finally(unfinished, file);
}

Result<void> give_to_owner_of(const fs::path& data_folder, const fs::path& file)
{
    struct stat folder {};
    if (::geteuid() != 0 || data_folder.empty() || ::stat(data_folder.c_str(), &folder) != 0) return {};
    if (::lchown(file.c_str(), folder.st_uid, folder.st_gid) == 0) return {};
    return failure(
        "unwritable",
        Message{"command.owner_not_given",
                {{"file", file.string()}, {"folder", data_folder.string()}, {"reason", std::strerror(errno)}}});
}

Result<void> name_finally(const fs::path& unfinished, const fs::path& file)
{
    // A link fails where a rename would overwrite what has come meanwhile.
    const bool linked = ::link(unfinished.c_str(), file.c_str()) == 0;
    const int error = errno;
    if (!linked && error == EEXIST) {
        ::unlink(unfinished.c_str());
        return is_there(file);
    }
    if (linked) {
        ::unlink(unfinished.c_str());
    } else if (::rename(unfinished.c_str(), file.c_str()) != 0) {  // a file system without links
        return file_failure("unwritable", file, errno);
    }
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    const UniqueFd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (fd) ::fsync(fd.get());
    return {};
}

}  // namespace dreamina
