#pragma once
/// config.json: read, watched and rewritten. Every process of the product holds one of these on the same file.
/// A missing file is an empty one at the start; one that goes missing later is a fault, and the last good settings
/// stay.

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/environment.hpp"
#include "core/domain/settings.hpp"

namespace dreamina {

/// A setting in force that is about to be another.
struct SettingChange {
    const SettingRow& row;
    SettingValue before;
    SettingValue after;
};

/// A change to make in the file.
struct SettingsEdit {
    std::vector<SettingEntry> changes;
    std::vector<std::string> resets;     ///< keys to take out of the file: the environment or the default takes over
    std::vector<SettingEntry> expected;  ///< what they saw in force; a secret as `masked_secret` or null
};

/// What a look at the file finds, for those who want to know more than that it cannot be used.
struct SettingsReading {
    std::optional<ResolvedSettings> usable;  ///< with the default of each setting at fault; empty: nothing can be read
    std::optional<Error> fault;              ///< as SettingsFile::open gives it
};

class SettingsFile {
public:
    /// Reads `path` (a missing file is an empty one). Error codes "invalid_config" (does not parse) and
    /// "invalid_setting"; the message names the file, all keys at fault and what is wrong with each, and never a
    /// secret.
    static Result<std::unique_ptr<SettingsFile>> open(std::filesystem::path path, Environment environment);

    /// The settings in force. Any thread; the snapshot stays valid for as long as it is held.
    std::shared_ptr<const ResolvedSettings> current() const;

    /// Names the text of the file that the settings in force come from: the same in every process that has read the
    /// same. A digest of a file with secrets, so not for strangers. If it is taken before current(),
    /// those settings are never older than what it names. Any thread.
    std::string version() const;

    /// When the file was last changed, as far as it has been read; the epoch if there is none. Any thread.
    Time changed_at() const;

    /// Looks whether the file changed (one stat) and reads it again if so. Called a few times a second; any thread.
    /// True if the settings in force changed. A file that has become bad changes nothing: see `fault_message()`.
    bool refresh();

    /// The data folder, which relative paths in settings start from.
    std::filesystem::path folder() const { return path_.parent_path(); }

    /// What is wrong with the file as it is now, empty if nothing: the last good settings are in force meanwhile.
    Message fault_message() const;

    /// Changes some settings: all are checked, then the file is written whole and atomically with its unknown keys
    /// kept, under a lock shared by all processes. Nothing is written if one is at fault.
    /// Error codes "invalid_setting", "unknown_setting", "invalid_config" (the file as it is does not parse),
    /// "unwritable". A secret given as `masked_secret` is left as it is.
    /// `announce` is told what will change, if anything, once all has been checked and before the file is written:
    /// what it throws leaves the file as it is. After "unwritable" what it was told has not come about.
    using Announce = std::function<void(const std::vector<SettingChange>&)>;
    Result<void> change(const std::vector<SettingEntry>& changes, const Announce& announce = nullptr);

    /// The same with more to it. Error code "changed_meanwhile" if something is in force that was not expected;
    /// nothing is written then.
    Result<void> edit(const SettingsEdit& edit, const Announce& announce = nullptr);

    /// Puts numbers and times of day that are out of range to the nearest ones that are in it, if `wanted` says so of
    /// the settings that come of it; logs each, and keeps the file as it was as NAME.before-upgrade. A file that has
    /// other faults, or cannot be written, stays as it is: open() tells what is wrong with it.
    static void bring_into_range(const std::filesystem::path& path, const Environment& environment,
                                 const std::function<bool(const Settings&)>& wanted);

    /// What is wrong with which of them, as change() would say: all_of. A masked secret is good.
    static Result<void> check_changes(const std::vector<SettingEntry>& changes);

    /// A look at a file, at fault or not.
    static SettingsReading examine(const std::filesystem::path& path, const Environment& environment);

    /// What would be in force without the file. Fails if the environment has a fault that the file covers.
    Result<ResolvedSettings> without_file() const { return resolve_settings({}, environment_); }

private:
    SettingsFile(std::filesystem::path path, Environment environment);

    Result<void> load();
    bool unchanged(const struct stat& found) const;

    const std::filesystem::path path_;
    const Environment environment_;

    std::mutex reading_;      ///< held while the file is read or written; guards seen_
    struct stat seen_ {};     ///< of the file as last read; zero if there was none
    bool was_there_ = false;  ///< when it was read before; guarded by reading_
    bool settled_ = false;    ///< seen_ was old enough when it was read for a later write to show in it

    mutable std::mutex mutex_;  ///< held for moments only; guards what follows
    std::shared_ptr<const ResolvedSettings> current_;
    std::string version_;
    Time changed_at_{};
    Message fault_;
};

}  // namespace dreamina
