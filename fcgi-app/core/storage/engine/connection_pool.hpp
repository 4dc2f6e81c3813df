#pragma once
/// Database connections for threads that need one for a moment.

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "core/storage/engine/database.hpp"

namespace dreamina {

class ConnectionPool {
public:
    explicit ConnectionPool(DatabaseFile file) : file_(std::move(file)) {}

    /// Brings a connection back to its pool.
    struct GiveBack {
        ConnectionPool* pool = nullptr;
        void operator()(Database* lent) const { pool->take_back(std::unique_ptr<Database>{lent}); }
    };
    using Lent = std::unique_ptr<Database, GiveBack>;

    /// A connection that returns by itself. Any thread; opens a new one if none is free (throws DatabaseError).
    /// The pool must outlive what it lent.
    Lent lend()
    {
        std::unique_ptr<Database> database = take_free();
        if (!database) database = std::make_unique<Database>(file_);
        return Lent{database.release(), GiveBack{this}};
    }

private:
    std::unique_ptr<Database> take_free()
    {
        const std::lock_guard lock{mutex_};
        if (free_.empty()) return nullptr;
        auto database = std::move(free_.back());
        free_.pop_back();
        return database;
    }

    void take_back(std::unique_ptr<Database> database)
    {
        const std::lock_guard lock{mutex_};
        free_.push_back(std::move(database));
    }

    DatabaseFile file_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Database>> free_;
};

}  // namespace dreamina
