#include "core/health/machine_checks.hpp"

#include <algorithm>

#include "core/base/file.hpp"
#include "core/base/time_zone.hpp"
#include "core/domain/daily_time.hpp"
#include "core/health/thresholds.hpp"
#include "core/storage/engine/database_place.hpp"

namespace dreamina {

Finding look_at_writing(std::optional<WriteFault> fault)
{
    if (!fault) return {Level::ok, "health.database.ok"};
    switch (*fault) {
    case WriteFault::missing: return {Level::fault, "health.database.missing"};
    case WriteFault::full: return {Level::fault, "health.database.full"};
    case WriteFault::locked: return {Level::fault, "health.database.locked"};
    case WriteFault::read_only: return {Level::fault, "health.database.read_only"};
    case WriteFault::broken: break;
    }
    return {Level::fault, "health.database.broken"};
}

Finding look_at_disk(const std::filesystem::path& folder)
{
    const auto room = free_space(folder);
    if (!room) return {Level::warning, "health.disk.unknown"};
    const Level level = *room < critical_disk_space ? Level::fault
                        : *room < low_disk_space    ? Level::warning
                                                    : Level::ok;
    return {level, level == Level::ok ? "health.disk.ok" : "health.disk.low_space", {{"free_bytes", *room}}};
}

Finding look_at_log(const std::filesystem::path& database_file)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(database_file.string() + "-wal", error);
    const std::uintmax_t bytes = error ? 0 : size;
    if (bytes > long_log) return {Level::warning, "health.database_log.long", {{"bytes", bytes}}};
    return {Level::ok, "health.database_log.ok", {{"bytes", bytes}}};
}

Finding look_at_place(const std::filesystem::path& database_file)
{
    const DatabasePlace place = database_place(database_file);
    const std::vector<MessageParam> facts{{"file_system", place.file_system},
                                          {"file", database_file.filename().string()}};
    if (place.network) return {Level::warning, "health.database_place.network", facts};
    if (place.single_file) return {Level::warning, "health.database_place.single_file", facts};
    return {Level::ok, place.file_system.empty() ? "health.database_place.unknown" : "health.database_place.ok", facts};
}

Finding look_at_backup_files(const std::filesystem::path& folder)
{
    using std::filesystem::file_time_type;
    std::error_code error;
    std::optional<file_time_type> newest;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.path().extension() == ".db")
            newest = std::max(newest.value_or(file_time_type::min()), entry.last_write_time());
    if (!newest) return {Level::warning, "health.backup.none"};
    const auto age = std::chrono::duration_cast<milliseconds>(file_time_type::clock::now() - *newest);
    const MessageParam at{"at", to_rfc3339(system_now() - age)};
    return age > old_backup ? Finding{Level::warning, "health.backup.old", {at}}
                            : Finding{Level::ok, "health.backup.ok", {at}};
}

Finding look_at_clock(Time newest, Time now)
{
    if (newest <= now + ahead_of_time)
        return {Level::ok, "health.clock.ok", {{"at", to_rfc3339(now)}, {"day", local_date(now)}}};
    return {Level::warning, "health.clock.set_back", {{"at", to_rfc3339(newest)}}};
}

Finding look_at_time_zone(Time now)
{
    const LocalZone zone = local_zone(now);
    return {zone.exists ? Level::ok : Level::fault,
            zone.exists ? "health.time_zone.ok" : "health.time_zone.unknown",
            {{"zone", zone.name}, {"offset", offset_text(zone.offset)}}};
}

}  // namespace dreamina
