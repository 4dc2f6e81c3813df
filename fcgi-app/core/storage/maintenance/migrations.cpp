#include "core/storage/maintenance/migrations.hpp"

#include <fcntl.h>
#include <sqlite3.h>

#include <optional>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/log.hpp"
#include "core/base/time_zone.hpp"
#include "core/storage/maintenance/backup.hpp"
#include "core/storage/maintenance/earlier_database.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

bool has_tables(Database& database)
{
    auto query =
        database.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' LIMIT 1");
    return query.next();
}

/// An earlier copy is never overwritten: it may be the only one of a database that has been upgraded since.
std::filesystem::path free_copy_name(const std::filesystem::path& file)
{
    std::filesystem::path name = file.string() + ".before-upgrade";
    for (int i = 2; std::filesystem::exists(name); ++i) name = fmt::format("{}.before-upgrade-{}", file.string(), i);
    return name;
}

/// It holds passwords and sessions: SQLite alone would let the whole machine read it. Its -wal and -shm files get the
/// mode of the file. An existing one keeps its mode; whatever goes wrong here, SQLite says better.
void create_private_file(const std::filesystem::path& file)
{
    const UniqueFd fd{::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (fd) chown_to_folder_owner(fd.get(), file);
}

/// For a downgrade to an earlier program.
std::optional<std::filesystem::path> newest_copy(const std::filesystem::path& file)
{
    std::filesystem::path copy = file.string() + ".before-upgrade";
    if (!std::filesystem::exists(copy)) return std::nullopt;
    for (int i = 2;; ++i) {
        const std::filesystem::path later = fmt::format("{}.before-upgrade-{}", file.string(), i);
        if (!std::filesystem::exists(later)) return copy;
        copy = later;
    }
}

Message newer_database(const std::filesystem::path& file, int version)
{
    Message newer{"database.newer",
                  {{"file", file.string()}, {"version", version}, {"known", newest_schema_version()}}};
    if (const auto copy = newest_copy(file)) {
        newer.code = "database.newer_with_copy";
        newer.params.emplace_back("copy", copy->string());
    }
    return newer;
}

/// Within a transaction. The version that it has then.
int run_migrations(Database& database, int from)
{
    int version = from;
    for (const Migration& migration : embedded_migrations()) {
        if (migration.version <= from) continue;
        database.script(std::string{migration.sql});
        version = migration.version;
    }
    return version;
}

/// At the end of the transaction. Migrations run without foreign keys: what refers to a table that is rebuilt stays.
void set_version(Database& database, int version)
{
    if (database.query("PRAGMA foreign_key_check").next())
        throw DatabaseError(SQLITE_CONSTRAINT_FOREIGNKEY, "a row refers to one that is not there");
    database.script(fmt::format("PRAGMA user_version = {}", version));
}

void migrate(Database& database, const std::filesystem::path& file, int from, bool earlier)
{
    // Under its final name only when it is whole and the upgrade succeeds: one that fails is tried again and again,
    // and a copy of each time would fill the disk.
    const std::filesystem::path copy = file.string() + ".before-upgrade.part";
    const bool has_content = earlier || from > 0;
    if (has_content) copy_in_steps(database, copy, {});
    database.script("PRAGMA foreign_keys=OFF");
    Transaction transaction{database};
    if (earlier) set_earlier_accounts_aside(database);
    const int version = run_migrations(database, from);
    if (earlier) {
        const int accounts = take_over_earlier_accounts(database);
        log_info("took over {} accounts of the earlier program's database", accounts);
    }
    set_version(database, version);
    if (has_content) std::filesystem::rename(copy, free_copy_name(file));
    transaction.commit();
}

}  // namespace

void migrate_copy(Database& copy)
{
    const int from = schema_version(copy);
    if (from == newest_schema_version()) return;
    copy.script("PRAGMA foreign_keys=OFF");
    {
        Transaction transaction{copy};
        set_version(copy, run_migrations(copy, from));
        transaction.commit();
    }
    copy.script("PRAGMA foreign_keys=ON");
}

int schema_version(Database& database)
{
    auto query = database.query("PRAGMA user_version");
    query.next();
    return static_cast<int>(query.integer());
}

int newest_schema_version() { return embedded_migrations().back().version; }

Result<void> prepare_database(const std::filesystem::path& file)
try {
    std::error_code ignored;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), ignored);
    if (std::filesystem::is_directory(file)) return failure("database", directory_in_place_of(file));
    const auto lock = lock_file(file.string() + ".lock", true);
    if (!lock) return failure("database", message_of(lock.error()));

    create_private_file(file);
    Database database{file};
    const int newest = newest_schema_version();
    const int version = schema_version(database);
    if (version == newest) return {};
    if (version > newest) return failure("newer_database", newer_database(file, version));
    const bool earlier = version == 0 && is_earlier_database(database);
    if (version == 0 && !earlier && has_tables(database)) {
        return failure("foreign_database", Message{"database.foreign", {{"file", file.string()}}});
    }
    if (earlier && !can_read_local_times()) {
        return failure("time_zone", Message{"database.time_zone_unknown",
                                            {{"zone", local_zone(system_now()).name}, {"file", file.string()}}});
    }
    migrate(database, file, version, earlier);
    return {};
} catch (const DatabaseError& error) {
    return file_failure("database", file, error.what());
} catch (const std::filesystem::filesystem_error& error) {
    return failure("database", error.what());
}

}  // namespace dreamina
