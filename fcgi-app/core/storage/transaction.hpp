#pragma once
/// BEGIN IMMEDIATE … COMMIT, rolled back if it goes out of scope before `commit()`.
/// Always IMMEDIATE: a transaction that begins with a read and then writes fails at once with SQLITE_BUSY_SNAPSHOT
/// when another process wrote in between, whatever patience the connection has.

#include "storage/database.hpp"

namespace dreamina {

class Transaction {
public:
    explicit Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }
    ~Transaction()
    {
        if (!done_) roll_back();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit()
    {
        database_.run("COMMIT");
        done_ = true;
    }

private:
    void roll_back() noexcept
    {
        try {
            if (database_.in_transaction()) database_.run("ROLLBACK");
        } catch (const DatabaseError&) {
            // SQLite has already rolled back by itself (full disk, I/O error).
        }
    }

    Database& database_;
    bool done_ = false;
};

}  // namespace dreamina
