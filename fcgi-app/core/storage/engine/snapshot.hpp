#pragma once
/// One moment's view of the database for several reads, while others write.

#include "core/storage/engine/database.hpp"

namespace dreamina {

/// Held for no longer than needed: in WAL mode it hinders no writer, but the log grows meanwhile.
class Snapshot {
public:
    explicit Snapshot(Database& database) : database_(database)
    {
        database_.run("BEGIN");
        try {
            database_.query("SELECT 1 FROM sqlite_master").next();  // it begins with the first read
        } catch (...) {
            end();
            throw;
        }
    }
    ~Snapshot() { end(); }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    void end() noexcept
    {
        try {
            if (database_.in_transaction()) database_.run("ROLLBACK");
        } catch (const DatabaseError&) {
        }
    }
    Database& database_;
};

}  // namespace dreamina
