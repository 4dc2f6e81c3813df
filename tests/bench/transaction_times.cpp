/// Preloaded into a worker (LD_PRELOAD), this notes how long each transaction takes in which requests are reserved or
/// settled: from before BEGIN, the wait for another process' lock included, until COMMIT has returned. SQLite tells it
/// (sqlite3_trace_v2), so the worker is measured as it is, under the load it really has.
///
/// Into a file of the folder DREAMINA_BENCH_TRANSACTIONS, for each transaction: when it ended (CLOCK_MONOTONIC), how
/// long it took, both in ns, and how many leases it made or ended; three 64-bit numbers.

#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

namespace {

std::int64_t now_ns()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Looked up late: the library is preloaded into programs that have no SQLite, too.
template <class Function>
Function* next(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

int record_file()
{
    static const int file = [] {
        const char* folder = std::getenv("DREAMINA_BENCH_TRANSACTIONS");
        if (folder == nullptr) return -1;
        const std::string name = std::string{folder} + "/" + std::to_string(::getpid());
        return ::open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }();
    return file;
}

/// Of one connection, which one thread uses at a time. Lives as long as the process.
struct Transaction {
    std::int64_t began = 0;  ///< 0: none is on its way
    std::int64_t bookings = 0;
};

bool books(std::string_view sql)
{
    return sql.starts_with("INSERT INTO leases") || sql.starts_with("DELETE FROM leases");
}

int on_trace(unsigned event, void* context, void* statement, void* text)
{
    static auto* const sql_of = next<const char*(sqlite3_stmt*)>("sqlite3_sql");
    static auto* const handle_of = next<sqlite3*(sqlite3_stmt*)>("sqlite3_db_handle");
    static auto* const changes_of = next<int(sqlite3*)>("sqlite3_changes");
    auto& transaction = *static_cast<Transaction*>(context);
    if (event == SQLITE_TRACE_STMT) {
        const std::string_view sql = static_cast<const char*>(text);
        // A BEGIN that found the database locked is tried again: that is part of the wait.
        if (sql.starts_with("BEGIN") && transaction.began == 0) transaction = {.began = now_ns()};
        return 0;
    }
    auto* const ended = static_cast<sqlite3_stmt*>(statement);
    const char* finished = sql_of(ended);
    const std::string_view sql = finished == nullptr ? "" : finished;
    if (books(sql)) transaction.bookings += changes_of(handle_of(ended));  // one statement may book many
    if (sql.starts_with("COMMIT") && transaction.bookings > 0 && transaction.began != 0) {
        const std::int64_t now = now_ns();
        const std::array<std::int64_t, 3> record{now, now - transaction.began, transaction.bookings};
        [[maybe_unused]] const auto written = ::write(record_file(), record.data(), sizeof record);
    }
    if (sql.starts_with("COMMIT") || sql.starts_with("ROLLBACK")) transaction = {};
    return 0;
}

}  // namespace

extern "C" int sqlite3_open_v2(const char* file, sqlite3** handle, int flags, const char* vfs)
{
    static auto* const open = next<int(const char*, sqlite3**, int, const char*)>("sqlite3_open_v2");
    static auto* const trace = next<decltype(sqlite3_trace_v2)>("sqlite3_trace_v2");
    const int code = open(file, handle, flags, vfs);
    if (code == SQLITE_OK)
        trace(*handle, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, on_trace, new Transaction);  // NOLINT: kept
    return code;
}
