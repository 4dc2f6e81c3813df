#include "recorded_statements.hpp"

#include <fstream>
#include <mutex>
#include <set>
#include <string>

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include "core/storage/engine/placeholders.hpp"

namespace dreamina {
namespace {

struct Recorded {
    std::mutex mutex;
    std::set<std::string, std::less<>> statements;
};

Recorded& recorded()
{
    static Recorded all;
    return all;
}

/// SQLite calls it with a trigger's statements too: those are within the one that is taken.
int take_statement(unsigned /*event*/, void* /*context*/, void* statement, void* /*text*/)
{
    const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    if (sql == nullptr) return 0;
    Recorded& all = recorded();
    const std::lock_guard lock{all.mutex};
    if (!all.statements.contains(std::string_view{sql})) all.statements.emplace(sql);
    return 0;
}

int trace_connection(sqlite3* connection, char** /*error*/, const sqlite3_api_routines* /*routines*/)
{
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, take_statement, nullptr);
}

}  // namespace

void record_statements() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(trace_connection)); }

void write_recorded_statements(const std::filesystem::path& file)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out;
    out.exceptions(std::ios::failbit | std::ios::badbit);
    out.open(file, std::ios::trunc);
    Recorded& all = recorded();
    const std::lock_guard lock{all.mutex};
    for (const std::string& sql : all.statements)
        out << nlohmann::json{{"sql", sql}, {"numbered", numbered_placeholders(sql)}}.dump() << '\n';
    out.close();
}

}  // namespace dreamina
