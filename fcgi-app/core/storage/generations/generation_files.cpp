#include "core/storage/generations/generation_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view unfinished_extension = ".part";

bool is_name(std::string_view name)
{
    return !name.empty() && name.find('/') == std::string_view::npos && !name.starts_with('.');
}

}  // namespace

fs::path generation_folder(const fs::path& database_file) { return database_file.parent_path() / "generations"; }

fs::path generation_file(const fs::path& folder, std::string_view name)
{
    return is_name(name) ? folder / std::string{name} : fs::path{};
}

void remove_generation_file(const fs::path& folder, std::string_view name)
{
    std::error_code ignored;
    if (is_name(name)) fs::remove(folder / std::string{name}, ignored);
}

Result<NewFile> NewFile::create(const fs::path& folder, std::string name)
{
    const fs::path path = folder / (name + std::string{unfinished_extension});
    const auto open = [&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); };
    UniqueFd fd{open()};
    if (!fd && errno == ENOENT) {
        std::error_code error;
        fs::create_directories(folder, error);
        fs::permissions(folder, fs::perms::owner_all, error);
        fd.reset(open());
    }
    if (!fd) return file_failure("unwritable", path, errno);
    return NewFile{folder, std::move(name), std::move(fd)};
}

NewFile::NewFile(fs::path folder, std::string name, UniqueFd fd)
    : folder_(std::move(folder)), name_(std::move(name)), fd_(std::move(fd))
{
}

NewFile::NewFile(NewFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      name_(std::move(other.name_)),
      fd_(std::move(other.fd_)),
      size_(other.size_),
      failed_(other.failed_),
      is_ours_(std::exchange(other.is_ours_, false))
{
}

NewFile::~NewFile()
{
    std::error_code ignored;
    if (is_ours_) fs::remove(unfinished(), ignored);
}

fs::path NewFile::unfinished() const { return folder_ / (name_ + std::string{unfinished_extension}); }

bool NewFile::write(std::string_view bytes)
{
    size_ += bytes.size();
    failed_ = failed_ || !write_all(fd_.get(), bytes);
    return !failed_;
}

bool NewFile::finish()
{
    if (failed_ || ::fsync(fd_.get()) != 0) return false;
    if (::rename(unfinished().c_str(), (folder_ / name_).c_str()) != 0) return false;
    is_ours_ = false;
    const UniqueFd folder{::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return folder && ::fsync(folder.get()) == 0;
}

int remove_stray_files(const fs::path& folder, Time before, const std::function<bool(std::string_view name)>& is_needed)
{
    int removed = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        struct stat seen {};
        if (::stat(entry.path().c_str(), &seen) != 0 || !S_ISREG(seen.st_mode)) continue;
        if (from_millis(std::int64_t{seen.st_mtim.tv_sec} * 1000) >= before) continue;
        const std::string name = entry.path().filename().string();
        const bool is_unfinished = name.ends_with(unfinished_extension);
        if (!is_unfinished && is_needed(name)) continue;
        removed += fs::remove(entry.path(), error) ? 1 : 0;
    }
    return removed;
}

}  // namespace dreamina
