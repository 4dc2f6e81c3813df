#include "core/storage/engine/write_probe.hpp"

#include "core/base/file.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

WriteFault fault_of(const DatabaseError& error)
{
    if (error.is_full()) return WriteFault::full;
    if (error.is_busy()) return WriteFault::locked;
    if (error.is_read_only()) return WriteFault::read_only;
    return WriteFault::broken;
}

}  // namespace

std::optional<FoundWriteFault> find_write_fault(const std::filesystem::path& database_file, Time now,
                                                milliseconds patience)
{
    // Opening would create a new, empty one.
    std::error_code error;
    if (!std::filesystem::exists(database_file, error))
        return FoundWriteFault{WriteFault::missing, database_file.string() + " is not there"};
    if (const auto room = free_space(database_file.parent_path()); room && *room < min_disk_space)
        return FoundWriteFault{WriteFault::full, "no room is left on the disk"};
    try {
        Database database{database_file, patience};
        Transaction transaction{database};
        database.run("UPDATE write_probe SET written_at = ?", now);
        transaction.commit();
    } catch (const DatabaseError& refusal) {
        return FoundWriteFault{fault_of(refusal), refusal.what()};
    }
    return std::nullopt;
}

}  // namespace dreamina
