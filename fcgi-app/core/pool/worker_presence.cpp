#include "core/pool/worker_presence.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/file.hpp"
#include "core/base/secret.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view extension = ".lock";
constexpr std::string_view unfinished = ".new";

/// In place of the settings' version, which is a digest.
constexpr std::string_view draining = "draining";

bool write_whole(int fd, std::string_view text)
{
    const auto size = static_cast<ssize_t>(text.size());
    return ::pwrite(fd, text.data(), text.size(), 0) == size && ::ftruncate(fd, size) == 0;
}

fs::path file_of(const fs::path& folder, const std::string& name) { return folder / (name + std::string{extension}); }

/// True if the file is not there or its lock is free.
bool is_dead(const fs::path& file)
{
    const UniqueFd fd{::open(file.c_str(), O_RDWR | O_CLOEXEC)};
    return !fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

fs::path presence_folder(const fs::path& database_file) { return database_file.parent_path() / "workers"; }

WorkerPresence::WorkerPresence(fs::path file, std::string name, UniqueFd lock)
    : file_(std::move(file)), name_(std::move(name)), lock_(std::move(lock))
{
}

Result<WorkerPresence> WorkerPresence::announce(const fs::path& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    std::string name = random_hex(8);
    // Locked under another name first: a file under its final name is locked from its first moment on, or its owner
    // would be taken for dead.
    const fs::path final_file = file_of(folder, name);
    const fs::path first_file = final_file.string() + std::string{unfinished};
    auto lock = lock_file(first_file, false);
    if (!lock) return tl::unexpected(lock.error());
    fs::rename(first_file, final_file, error);
    if (error) return file_failure("unwritable", final_file, error.message());
    return WorkerPresence{final_file, std::move(name), std::move(*lock)};
}

WorkerPresence::~WorkerPresence()
{
    std::error_code ignored;
    if (lock_) fs::remove(file_, ignored);
}

bool WorkerPresence::tell_settings(std::string_view version) const
{
    // A reader in the middle of this takes the worker for one that is not up to date, and looks again.
    return is_draining_ || write_whole(lock_.get(), version);
}

void WorkerPresence::tell_draining()
{
    is_draining_ = true;
    write_whole(lock_.get(), draining);
}

std::vector<std::string> dead_workers(const fs::path& folder, const std::vector<std::string>& names)
{
    std::vector<std::string> dead;
    for (const std::string& name : names) {
        if (is_dead(file_of(folder, name))) dead.push_back(name);
    }
    return dead;
}

int living_workers(const fs::path& folder)
{
    const auto found = workers_on_settings(folder, {});
    return found.running + found.draining;
}

WorkersOnSettings workers_on_settings(const fs::path& folder, std::string_view version)
{
    WorkersOnSettings found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() != extension || !is_locked(entry.path())) continue;
        const auto told = read_file(entry.path());
        if (told && *told == draining) {
            ++found.draining;
            continue;
        }
        ++found.running;
        if (told && !told->empty() && *told == version) ++found.up_to_date;
    }
    return found;
}

void forget_workers(const fs::path& folder)
{
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() == extension && is_dead(entry.path())) fs::remove(entry.path(), error);
    }
}

}  // namespace dreamina
