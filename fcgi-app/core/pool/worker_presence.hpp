#pragma once
/// How the others see that a worker is dead: it holds a lock on a file of its own, which the kernel lets go of when the
/// process ends, however it ends.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/unique_fd.hpp"

namespace dreamina {

/// Beside the database whose leases it speaks for.
std::filesystem::path presence_folder(const std::filesystem::path& database_file);

class WorkerPresence {
public:
    /// Takes a new name and its lock in `folder`, which is created if need be.
    static Result<WorkerPresence> announce(const std::filesystem::path& folder);
    ~WorkerPresence();
    WorkerPresence(WorkerPresence&&) = default;
    WorkerPresence& operator=(WorkerPresence&&) = delete;

    const std::string& name() const { return name_; }

    /// Tells the others the version of the settings that this worker acts on (SettingsFile::version()). False if the
    /// disk has no room for that.
    bool tell_settings(std::string_view version) const;

private:
    WorkerPresence(std::filesystem::path file, std::string name, UniqueFd lock);

    std::filesystem::path file_;
    std::string name_;
    UniqueFd lock_;
};

/// Those of `names` whose process is gone.
std::vector<std::string> dead_workers(const std::filesystem::path& folder, const std::vector<std::string>& names);

/// How many workers answer for themselves.
int living_workers(const std::filesystem::path& folder);

/// Of those, how many there are and how many act on the settings of `version`. One that has only begun acts on none.
struct WorkersOnSettings {
    int running = 0;
    int up_to_date = 0;
};
WorkersOnSettings workers_on_settings(const std::filesystem::path& folder, std::string_view version);

/// Removes the files of the dead. Only when their leases have been settled.
void forget_workers(const std::filesystem::path& folder);

}  // namespace dreamina
