#include "core/storage/engine/database.hpp"

#include <sqlite3.h>

#include <mutex>
#include <thread>
#include <utility>

namespace dreamina {
namespace {

/// Writers wait meanwhile.
constexpr std::chrono::milliseconds checkpoint_patience{20};

/// SQLite's own busy timeout sleeps for 1, 2, 5, 10 … 100 ms, while a turn of ours takes about one: two workers at full
/// load waited for each other most of the time. Short sleeps at first, longer ones where the lock is held for long.
constexpr std::chrono::microseconds short_sleep{100};
constexpr std::chrono::microseconds long_sleep{2000};
constexpr int short_sleeps = 100;

/// SQLite counts its memory under one mutex for all threads, which cost a tenth of a turn. Takes effect before the
/// first database is opened.
void count_no_memory()
{
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

}  // namespace

int Database::wait_for_lock(void* self, int sleeps)
{
    auto& database = *static_cast<Database*>(self);
    const auto now = std::chrono::steady_clock::now();
    if (sleeps == 0) database.waits_since_ = now;
    if (now - database.waits_since_ >= database.patience_) return 0;
    std::this_thread::sleep_for(sleeps < short_sleeps ? short_sleep : long_sleep);
    return 1;
}

bool DatabaseError::is_busy() const
{
    const int primary = code_ & 0xFF;
    return primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
}

bool DatabaseError::is_constraint() const { return (code_ & 0xFF) == SQLITE_CONSTRAINT; }

bool DatabaseError::is_full() const
{
    // The shared memory of the log is a file as well, and the first that a full disk refuses to a new connection.
    return (code_ & 0xFF) == SQLITE_FULL || code_ == SQLITE_IOERR_SHMSIZE;
}

bool DatabaseError::is_of_disk() const { return is_full() || (code_ & 0xFF) == SQLITE_IOERR; }

bool DatabaseError::is_read_only() const { return (code_ & 0xFF) == SQLITE_READONLY; }

void check(sqlite3* handle, int code)
{
    if (code == SQLITE_OK) return;
    throw DatabaseError(handle ? sqlite3_extended_errcode(handle) : code,
                        std::string("database: ") + (handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code)));
}

Database::Database(const DatabaseFile& database_file, std::chrono::milliseconds patience)
    : keys_(database_file.keys()), patience_(patience)
{
    count_no_memory();
    const std::filesystem::path& file = database_file.path();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr);
    if (code != SQLITE_OK) {
        const DatabaseError error(code, "the database " + file.string() + " cannot be opened: " + sqlite3_errstr(code));
        sqlite3_close(handle_);
        throw error;
    }
    // The patience first: switching to WAL is already a write that may meet another process.
    sqlite3_busy_handler(handle_, &Database::wait_for_lock, this);
    try {
        // NORMAL loses nothing to a killed process, only to a power cut the last moments, and needs no fsync per
        // commit. The log is checkpointed by the scheduler; the size limit here is a safety net for when there is none
        // (32 MB: twice what a living scheduler leaves).
        // What is deleted is overwritten: the secrets of deleted accounts do not stay in the file's free places.
        script(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA wal_autocheckpoint=8192; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;");
    } catch (...) {
        sqlite3_close(handle_);
        throw;
    }
}

Database::~Database()
{
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement.handle);
    sqlite3_close(handle_);
}

PreparedStatement& Database::prepared(std::string_view sql)
{
    if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    check(handle_, sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr));
    return statements_.emplace(sql, PreparedStatement{.handle = statement, .places = {}}).first->second;
}

void Database::script(const std::string& sql)
{
    check(handle_, sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

void Database::sync_every_commit(bool on) { script(on ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"); }

int Database::changes() const { return sqlite3_changes(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

bool has_table(Database& database, std::string_view name)
{
    return database.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name).next();
}

bool Database::checkpoint(bool empty)
{
    const int mode = empty ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    const auto patience = std::exchange(patience_, checkpoint_patience);
    const int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, mode, nullptr, nullptr);
    patience_ = patience;
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) check(handle_, code);  // busy: next time
    return code == SQLITE_OK;
}

}  // namespace dreamina
