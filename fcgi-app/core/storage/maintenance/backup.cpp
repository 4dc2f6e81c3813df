#include "core/storage/maintenance/backup.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/unique_fd.hpp"
#include "core/storage/engine/snapshot.hpp"

namespace dreamina {
namespace {

/// About 1 MB: a step takes milliseconds.
constexpr int pages_per_step = 256;

struct CloseConnection {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

/// Without the pragmas of a Database: the copy stays one file, without a log beside it.
Connection open_plain(const std::filesystem::path& file, int mode = SQLITE_OPEN_READWRITE)
{
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle, mode | SQLITE_OPEN_EXRESCODE, nullptr);
    Connection connection{handle};
    check(connection.get(), code);
    return connection;
}

/// It has no writer: read as it is, and nothing is left beside it.
Connection open_as_it_stands(const std::filesystem::path& file)
{
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(file).string())
        uri += c == '?' || c == '#' || c == '%' ? fmt::format("%{:02x}", c) : std::string{c};
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2((uri + "?immutable=1").c_str(), &handle,
                                     SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, nullptr);
    Connection connection{handle};
    check(connection.get(), code);
    return connection;
}

int is_stopped(void* stop) { return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0; }

void create_private(const std::filesystem::path& file)
{
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    const UniqueFd fd{::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!fd) throw DatabaseError(SQLITE_CANTOPEN, file.string() + ": " + std::strerror(errno));
    chown_to_folder_owner(fd.get(), file);
}

void copy_pages(sqlite3* target, sqlite3* source, const std::stop_token& stop)
{
    sqlite3_backup* backup = sqlite3_backup_init(target, "main", source, "main");
    if (backup == nullptr) check(target, sqlite3_errcode(target));
    int step = SQLITE_OK;
    while (step == SQLITE_OK && !stop.stop_requested()) step = sqlite3_backup_step(backup, pages_per_step);
    const int finished = sqlite3_backup_finish(backup);
    if (step == SQLITE_DONE) step = finished;
    if (step == SQLITE_OK && stop.stop_requested()) throw DatabaseError(SQLITE_INTERRUPT, "it was stopped");
    // To finish(), a step that met a lock is no error, but the copy is not complete.
    if (step != SQLITE_OK) throw DatabaseError(step, std::string{"the copy failed: "} + sqlite3_errstr(step));
}

std::string first_row(sqlite3* handle, const char* sql)
{
    sqlite3_stmt* statement = nullptr;
    check(handle, sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr));
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> finalized{statement, sqlite3_finalize};
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) check(handle, code);
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    return text ? text : "";
}

}  // namespace

void copy_in_steps(Database& database, const std::filesystem::path& file, const std::stop_token& stop)
{
    create_private(file);
    {
        const Connection target = open_plain(file);
        {
            // Each write of another process would otherwise restart the copy, and under load it would never end.
            const Snapshot snapshot{database};
            copy_pages(target.get(), database.handle(), stop);
        }
        // The copy says of itself that it has a log, as its source does; it shall be one file that says all.
        check(target.get(), sqlite3_exec(target.get(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr));
    }
    const UniqueFd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd || ::fsync(fd.get()) != 0)
        throw DatabaseError(SQLITE_IOERR_FSYNC, file.string() + ": " + std::strerror(errno));
}

std::optional<std::string> copy_backup(const std::filesystem::path& from, const std::filesystem::path& to)
try {
    create_private(to);
    {
        const Connection source = open_plain(from, SQLITE_OPEN_READONLY);
        const Connection target = open_plain(to);
        copy_pages(target.get(), source.get(), {});
        check(target.get(), sqlite3_exec(target.get(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr));
    }
    return integrity_fault(to, {});
} catch (const DatabaseError& error) {
    return error.what();
}

int version_in(const std::filesystem::path& file)
{
    const std::string text = first_row(open_plain(file).get(), "PRAGMA user_version");
    int version = 0;
    std::from_chars(text.data(), text.data() + text.size(), version);
    return version;
}

bool holds_plain_secrets(const std::filesystem::path& file)
try {
    const Connection connection = open_as_it_stands(file);
    const auto in_table = [&](const std::string& table) {
        const std::string sql = "SELECT 1 FROM " + table +
                                " WHERE (typeof(password) = 'text' AND password <> '') OR typeof(session_id) = 'text' "
                                "LIMIT 1";
        return first_row(connection.get(), sql.c_str()) == "1";
    };
    if (in_table("accounts")) return true;
    const bool has_webhooks =
        first_row(connection.get(), "SELECT 1 FROM pragma_table_info('api_keys') WHERE name = 'webhook_secret'") == "1";
    if (has_webhooks && first_row(connection.get(),
                                  "SELECT 1 FROM api_keys WHERE typeof(webhook_secret) = 'text' OR "
                                  "typeof(webhook_secret_old) = 'text' LIMIT 1") == "1")
        return true;
    // Before schema 17 deleted accounts were in a table of their own.
    const bool keeps_removed =
        first_row(connection.get(), "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'removed_accounts'") ==
        "1";
    return keeps_removed && in_table("removed_accounts");
} catch (const DatabaseError&) {
    return false;
}

std::optional<std::string> integrity_fault(const std::filesystem::path& file, const std::stop_token& stop)
{
    if (stop.stop_requested()) throw DatabaseError(SQLITE_INTERRUPT, "it was stopped");
    const Connection connection = open_plain(file);
    sqlite3_progress_handler(connection.get(), 10'000, is_stopped, const_cast<std::stop_token*>(&stop));
    const std::string found = first_row(connection.get(), "PRAGMA integrity_check(1)");
    if (found != "ok") return found;
    const std::string orphaned_in = first_row(connection.get(), "PRAGMA foreign_key_check");
    if (!orphaned_in.empty()) return "a row of " + orphaned_in + " refers to one that is not there";
    return std::nullopt;
}

}  // namespace dreamina
