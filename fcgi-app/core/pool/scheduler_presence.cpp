#include "core/pool/scheduler_presence.hpp"

#include <sys/stat.h>

#include <thread>

#include "core/base/file.hpp"

namespace dreamina {
namespace {

std::filesystem::path lock_path(const std::filesystem::path& database_file)
{
    return database_file.parent_path() / "scheduler.lock";
}

}  // namespace

SchedulerSigns scheduler_signs(const std::filesystem::path& database_file)
{
    const auto path = lock_path(database_file);
    SchedulerSigns signs{.locked = is_locked(path), .beat_at = std::nullopt};
    struct stat found {};
    // The beat is the time of the lock's file. An empty one has never beaten: a run of one job alone makes it too.
    if (::stat(path.c_str(), &found) == 0 && found.st_size > 0)
        signs.beat_at = from_millis(std::int64_t{found.st_mtim.tv_sec} * 1000 + found.st_mtim.tv_nsec / 1'000'000);
    return signs;
}

Result<SchedulerPresence> SchedulerPresence::announce(const std::filesystem::path& database_file)
{
    // A worker that asks whether there is a scheduler holds the lock for a moment.
    constexpr int tries = 10;
    for (int i = 1;; ++i) {
        auto lock = lock_file(lock_path(database_file), false);
        if (lock) return SchedulerPresence{std::move(*lock)};
        if (lock.error().code != "locked" || i == tries) return tl::unexpected(lock.error());
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

void SchedulerPresence::beat(Time now) const
{
    const std::int64_t millis = to_millis(now);
    const timespec moment{.tv_sec = millis / 1000, .tv_nsec = (millis % 1000) * 1'000'000};
    const timespec times[] = {moment, moment};
    struct stat found {};
    if (::fstat(lock_.get(), &found) == 0 && found.st_size == 0) [[maybe_unused]]
        const auto ignored = ::pwrite(lock_.get(), "\n", 1, 0);
    ::futimens(lock_.get(), times);
}

}  // namespace dreamina
