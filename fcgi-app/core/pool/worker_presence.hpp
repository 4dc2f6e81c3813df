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

    /// Tells the others that this worker takes nothing new and ends once what it has is finished. From now on it acts
    /// on no other settings. Where the disk has no room for that it is taken for one that is behind.
    void tell_draining();

private:
    WorkerPresence(std::filesystem::path file, std::string name, UniqueFd lock);

    std::filesystem::path file_;
    std::string name_;
    UniqueFd lock_;
    bool is_draining_ = false;
};

/// Those of `names` whose process is gone.
std::vector<std::string> dead_workers(const std::filesystem::path& folder, const std::vector<std::string>& names);

/// How many workers answer for themselves, those that are draining among them.
int living_workers(const std::filesystem::path& folder);

/// Of those, how many take requests and how many of these act on the settings of `version`; one that has only begun
/// acts on none. And how many are draining.
struct WorkersOnSettings {
    int running = 0;
    int up_to_date = 0;
    int draining = 0;
};
WorkersOnSettings workers_on_settings(const std::filesystem::path& folder, std::string_view version);

/// Removes the files of the dead. Only when their leases have been settled.
void forget_workers(const std::filesystem::path& folder);

}  // namespace dreamina
