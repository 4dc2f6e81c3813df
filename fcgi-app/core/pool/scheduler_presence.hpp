#pragma once
/// Whether the one scheduler of a database runs, told without writing to the database: its lock, and a beat.

#include <filesystem>
#include <optional>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/base/unique_fd.hpp"

namespace dreamina {

/// A scheduler that has not beaten for so long is taken for dead.
constexpr std::chrono::seconds scheduler_beat_limit{10};

struct SchedulerSigns {
    bool locked = false;          ///< some process holds the lock
    std::optional<Time> beat_at;  ///< the scheduler's last heartbeat

    bool running(Time now) const { return locked && beat_at && now - *beat_at <= scheduler_beat_limit; }
};
SchedulerSigns scheduler_signs(const std::filesystem::path& database_file);

class SchedulerPresence {
public:
    /// Error code "locked": another one runs.
    static Result<SchedulerPresence> announce(const std::filesystem::path& database_file);

    /// A heartbeat, as of `now`. Every second or so.
    void beat(Time now) const;

private:
    explicit SchedulerPresence(UniqueFd lock) : lock_(std::move(lock)) {}
    UniqueFd lock_;
};

}  // namespace dreamina
