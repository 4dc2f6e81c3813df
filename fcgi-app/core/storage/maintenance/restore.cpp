#include "core/storage/maintenance/restore.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/storage/maintenance/backup.hpp"
#include "core/storage/maintenance/earlier_database.hpp"
#include "core/storage/maintenance/migrations.hpp"
#include "core/storage/maintenance/encryption.hpp"
#include "core/storage/accounts/encryption_store.hpp"
#include "core/storage/stores/session_store.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& file, std::string_view ending) { return file.string() + std::string{ending}; }

fs::path kept_name(const fs::path& file, Time now)
{
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    std::tm clock{};
    ::localtime_r(&seconds, &clock);
    const std::string name = fmt::format("{}.before-restore-{:%Y-%m-%d-%H%M%S}", file.string(), clock);
    fs::path free = name;
    for (int i = 2; fs::exists(free); ++i) free = fmt::format("{}-{}", name, i);
    return free;
}

void remove_with_log(const fs::path& file)
{
    std::error_code ignored;
    for (const std::string_view ending : {"", "-wal", "-shm", "-journal"}) fs::remove(beside(file, ending), ignored);
}

/// A second name, or a copy where there are no links.
void keep(const fs::path& file, const fs::path& name)
{
    std::error_code error;
    fs::create_hard_link(file, name, error);
    if (error) fs::copy_file(file, name);
}

Result<Restored> examine(Database& copy, const fs::path& backup)
{
    Restored found{.kept = {}, .version = schema_version(copy), .key_id = {}};
    if (found.version > newest_schema_version())
        return failure(
            "newer_database",
            Message{"restore.newer",
                    {{"file", backup.string()}, {"version", found.version}, {"known", newest_schema_version()}}});
    if (found.version == 0 && !is_earlier_database(copy))
        return failure("foreign_database", Message{"restore.foreign", {{"file", backup.string()}}});
    return found;
}

/// Has it encrypted with the key in force, and lets go of what must not come back.
Result<Restored> make_ready(const DatabaseFile& part, const Keys& keys, const fs::path& backup)
{
    Database copy{part};
    auto found = examine(copy, backup);
    if (!found || found->version == 0) return found;
    migrate_copy(copy);
    found->version = newest_schema_version();
    const auto encryption_state = EncryptionStore{copy}.find();
    if (encryption_state && keys.empty())
        return failure("no_key",
                       Message{"restore.key_not_set", {{"file", backup.string()}, {"key", encryption_state->key_id}}});
    if (encryption_state && !part.keys()->find(encryption_state->key_id))
        return failure("wrong_key",
                       Message{"restore.key_unknown", {{"file", backup.string()}, {"key", encryption_state->key_id}}});
    if (!keys.empty()) encrypt_with(copy, keys.front());
    Transaction transaction{copy};
    SessionStore{copy}.remove_all();
    transaction.commit();
    if (!keys.empty()) found->key_id = keys.front().id();
    return found;
}

void flush(const fs::path& path)
{
    const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (fd) ::fsync(fd.get());
}

/// The log of the former database must not meet the new one: SQLite would write its pages into it.
void swap_in(const fs::path& part, const fs::path& file, const fs::path& kept)
{
    if (fs::exists(file)) {
        try {
            Database{file}.checkpoint(true);  // when it closes, its log is gone
        } catch (const DatabaseError&) {
            // Broken: that may be why it is replaced. Its log is kept beside it.
        }
        keep(file, kept);
        if (fs::exists(beside(file, "-wal"))) keep(beside(file, "-wal"), beside(kept, "-wal"));
    }
    std::error_code ignored;
    fs::remove(beside(file, "-wal"), ignored);
    fs::remove(beside(file, "-shm"), ignored);
    flush(part);
    fs::rename(part, file);
    flush(file.has_parent_path() ? file.parent_path() : fs::path{"."});
}

}  // namespace

Result<Restored> restore_database(const DatabaseFile& file, const fs::path& backup, Time now)
{
    const fs::path part = beside(file.path(), ".restore.part");
    try {
        if (!fs::is_regular_file(backup))
            return failure("not_found", Message{"restore.file_missing", {{"file", backup.string()}}});
        std::error_code ignored;
        if (file.path().has_parent_path()) fs::create_directories(file.path().parent_path(), ignored);
        const auto lock = lock_file(beside(file.path(), ".lock"), true);
        if (!lock) return failure("unwritable", message_of(lock.error()));
        if (fs::exists(file.path()) && fs::equivalent(file.path(), backup))
            return failure("not_found", Message{"restore.same_file", {{"file", backup.string()}}});
        const auto keys = present_and_former_keys(*file.keys());
        if (!keys) return tl::unexpected(keys.error());

        remove_with_log(part);
        if (const auto fault = copy_backup(backup, part)) {
            remove_with_log(part);
            return failure("damaged", Message{"restore.damaged", {{"file", backup.string()}, {"reason", *fault}}});
        }
        auto restored = make_ready(DatabaseFile{part, std::make_shared<KeyRing>(*keys)}, *keys, backup);
        if (!restored) {
            remove_with_log(part);
            return restored;
        }
        if (fs::exists(file.path())) restored->kept = kept_name(file.path(), now);
        swap_in(part, file.path(), restored->kept);
        return restored;
    } catch (const DatabaseError& error) {
        remove_with_log(part);
        return file_failure("database", backup, error.what());
    } catch (const fs::filesystem_error& error) {
        remove_with_log(part);
        return failure("unwritable", error.what());
    }
}

}  // namespace dreamina
