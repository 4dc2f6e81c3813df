#include "core/storage/maintenance/backup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <regex>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/base/unique_fd.hpp"
#include "jobs.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view unfinished = ".part";

/// dreamina-2026-11-22-033000, in local time.
std::string name_of(const fs::path& database_file, Time now)
{
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    std::tm clock{};
    ::localtime_r(&seconds, &clock);
    return fmt::format("{}-{:%Y-%m-%d-%H%M%S}", database_file.stem().string(), clock);
}

/// An hour comes twice when the clocks are set back.
fs::path free_path(const fs::path& folder, const std::string& name)
{
    fs::path path = folder / (name + ".db");
    for (int i = 2; fs::exists(path); ++i) path = folder / fmt::format("{}-{}.db", name, i);
    return path;
}

/// The oldest first; only what this job made: others may keep files of their own there.
std::vector<fs::path> finished_copies(const fs::path& folder, const fs::path& database_file)
{
    static const std::regex dated{"-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{6}(-[0-9]+)?"};
    const std::string stem = database_file.stem().string();
    std::vector<fs::path> copies;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().stem().string();
        if (entry.path().extension() == ".db" && name.starts_with(stem) &&
            std::regex_match(name.substr(stem.size()), dated))
            copies.push_back(entry.path());
    }
    std::sort(copies.begin(), copies.end(), [](const fs::path& a, const fs::path& b) { return a.stem() < b.stem(); });
    return copies;
}

void remove_unfinished(const fs::path& folder)
{
    std::error_code ignored;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().string().ends_with(".db" + std::string{unfinished}) ||
            entry.path().string().ends_with(".db" + std::string{unfinished} + "-journal"))
            left.push_back(entry.path());
    for (const fs::path& path : left) fs::remove(path, ignored);
}

void flush_folder(const fs::path& folder)
{
    const UniqueFd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (fd) ::fsync(fd.get());
}

/// Under its final name only when it is whole.
void make_copy(JobContext& context, const fs::path& final_path)
{
    const fs::path part = final_path.string() + std::string{unfinished};
    copy_in_steps(context.database, part, context.stop);
    if (const auto fault = integrity_fault(part, context.stop))
        throw std::runtime_error("the copy is not whole, and the database may not be: " + *fault);
    fs::rename(part, final_path);
    flush_folder(final_path.parent_path());
}

/// The newest ones stay.
int remove_older(const std::vector<fs::path>& copies, std::int64_t keep)
{
    const auto count = static_cast<std::int64_t>(copies.size());
    for (std::int64_t i = 0; i < count - keep; ++i) fs::remove(copies[static_cast<std::size_t>(i)]);
    return static_cast<int>(std::max<std::int64_t>(count - keep, 0));
}

}  // namespace

void back_up(JobContext& context)
{
    const fs::path folder = context.database_file.parent_path() / "backups";
    // Whatever it was made with: the copies hold passwords and sessions.
    if (fs::create_directories(folder)) ::chmod(folder.c_str(), 0700);
    remove_unfinished(folder);
    const fs::path path = free_path(folder, name_of(context.database_file, context.now));
    try {
        make_copy(context, path);
    } catch (...) {
        remove_unfinished(folder);
        throw;
    }
    const int removed = remove_older(finished_copies(folder, context.database_file), context.settings.backup_keep);
    context.summary = {"schedule.backed_up", {{"file", path.filename().string()}, {"file_bytes", fs::file_size(path)}}};
    if (removed > 0) {
        context.summary.code = "schedule.backed_up_removed";
        context.summary.params.push_back({"removed", removed});
    }
    log_info("backup: {}", english(context.summary));
}

}  // namespace dreamina
