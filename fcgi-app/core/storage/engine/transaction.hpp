#pragma once
/// Writes: BEGIN IMMEDIATE … COMMIT, rolled back if it goes out of scope before `commit()`.
/// Always IMMEDIATE: a transaction that begins with a read and then writes fails at once with SQLITE_BUSY_SNAPSHOT
/// when another process wrote in between, whatever patience the connection has.

#include <chrono>
#include <thread>

#include "core/storage/engine/database.hpp"

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

/// How long a Transaction that is one of many may go on: those who wait behind it do so for no longer.
constexpr std::chrono::milliseconds max_piece{10};

/// Between two pieces of long work: writers come in between, who would find the lock taken again and again.
inline void let_others_write() { std::this_thread::sleep_for(std::chrono::milliseconds{1}); }

/// Commits wait for the disk while it lives: see Database::sync_every_commit. Not within a transaction.
class DurableCommits {
public:
    explicit DurableCommits(Database& database) : database_(database) { database_.sync_every_commit(true); }
    ~DurableCommits()
    {
        try {
            database_.sync_every_commit(false);
        } catch (const DatabaseError&) {
            // Slower than need be from now on, and as safe.
        }
    }
    DurableCommits(const DurableCommits&) = delete;
    DurableCommits& operator=(const DurableCommits&) = delete;

private:
    Database& database_;
};

}  // namespace dreamina
