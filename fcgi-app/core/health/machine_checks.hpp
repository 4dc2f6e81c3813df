#pragma once
/// What the service stands on: disk, database file, clock, time zone. Reads only. Any thread.

#include <filesystem>
#include <optional>

#include "core/base/clock.hpp"
#include "core/health/finding.hpp"
#include "core/storage/engine/write_probe.hpp"

namespace dreamina {

/// By what a trial of writing has come to.
Finding look_at_writing(std::optional<WriteFault> fault);

Finding look_at_disk(const std::filesystem::path& folder);
Finding look_at_log(const std::filesystem::path& database_file);
Finding look_at_place(const std::filesystem::path& database_file);

/// By the copies themselves, for where the schedule cannot be read.
Finding look_at_backup_files(const std::filesystem::path& folder);

/// `newest`: the latest moment on record.
Finding look_at_clock(Time newest, Time now);

/// Of this process. The others have theirs from the same unit, container or script.
Finding look_at_time_zone(Time now);

}  // namespace dreamina
