#pragma once
/// One connection to the product's SQLite file. The only folder that knows SQLite and SQL.

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "core/storage/engine/database_file.hpp"
#include "core/storage/engine/statement.hpp"

struct sqlite3;

namespace dreamina {

/// The database refused: locked by another process, full disk, broken file … Ends the work at hand.
class DatabaseError : public std::runtime_error {
public:
    DatabaseError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
    /// Another connection holds the lock: the same work may go through later.
    bool is_busy() const;
    /// A UNIQUE, CHECK or foreign-key constraint said no.
    bool is_constraint() const;
    /// No room: a full disk, or a file that may not grow.
    bool is_full() const;
    /// The disk's, whatever was to be written: it is full, or fails to read or write.
    bool is_of_disk() const;
    bool is_read_only() const;

private:
    int code_;  // SQLite's extended result code
};

/// Used by one thread at a time; threads that work at the same time have one each.
class Database {
public:
    /// Opens (or creates) the file with the pragmas that all connections share; the schema is migrations' business.
    /// `patience`: how long a statement waits for another process' lock before it throws.
    explicit Database(const DatabaseFile& database_file, std::chrono::milliseconds patience = std::chrono::seconds{10});
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// A prepared statement, kept for the life of the connection, with `arguments` bound in order.
    /// Meant for a small number of different texts: each is kept with its statement.
    template <class... Arguments>
    Query query(std::string_view sql, const Arguments&... arguments)
    {
        Query query{prepared(sql)};
        query.bind_all(arguments...);
        return query;
    }

    /// Runs to the end and returns the number of rows changed.
    template <class... Arguments>
    int run(std::string_view sql, const Arguments&... arguments)
    {
        query(sql, arguments...).finish();
        return changes();
    }

    /// Several statements without arguments: migrations and pragmas.
    void script(const std::string& sql);

    /// While on, a commit waits for the disk and not even a power cut takes it back. Off at first. Not in a
    /// transaction.
    void sync_every_commit(bool on);

    int changes() const;
    bool in_transaction() const;
    /// The keys of the secrets in it. Any thread.
    KeyRing& keys() const { return *keys_; }

    /// For tests that count what a statement costs.
    sqlite3* handle() const { return handle_; }

    /// Moves the log's pages into the file as far as readers allow. `empty`: waits for them a moment and empties the
    /// log, during which no connection can write; if they do not make room it is left for the next time, and false
    /// returned.
    bool checkpoint(bool empty);

private:
    PreparedStatement& prepared(std::string_view sql);
    static int wait_for_lock(void* self, int sleeps);

    sqlite3* handle_ = nullptr;
    std::shared_ptr<KeyRing> keys_;
    std::chrono::milliseconds patience_;
    std::chrono::steady_clock::time_point waits_since_{};
    /// Found by a text that is not copied for it.
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, PreparedStatement, TextHash, std::equal_to<>> statements_;
};

bool has_table(Database& database, std::string_view name);

/// Checks the result code of a call and throws with SQLite's own words.
void check(sqlite3* handle, int code);

}  // namespace dreamina
