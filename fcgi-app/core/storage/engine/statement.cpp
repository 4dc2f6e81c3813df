#include "core/storage/engine/statement.hpp"

#include <sqlite3.h>

#include "core/storage/engine/database.hpp"

namespace dreamina {
namespace {

void check_bind(sqlite3_stmt* statement, int code)
{
    if (code != SQLITE_OK) check(sqlite3_db_handle(statement), code);
}

}  // namespace

Query::~Query()
{
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

bool Query::next()
{
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    check(sqlite3_db_handle(statement_), code);
    return false;
}

void Query::finish()
{
    while (next()) {
    }
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
bool Query::is_blob(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_BLOB; }
std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Query::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Query::text(int column) const
{
    // A BLOB as it is: read as text it would be taken for UTF-8.
    const auto* bytes = is_blob(column) ? static_cast<const char*>(sqlite3_column_blob(statement_, column))
                                        : reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
                 : std::string{};
}

std::optional<std::string> Query::optional_text(int column) const
{
    return is_null(column) ? std::nullopt : std::optional{text(column)};
}

std::optional<std::int64_t> Query::optional_integer(int column) const
{
    return is_null(column) ? std::nullopt : std::optional{integer(column)};
}

std::optional<Time> Query::optional_time(int column) const
{
    return is_null(column) ? std::nullopt : std::optional{time(column)};
}

void Query::bind(int position, std::nullptr_t) { check_bind(statement_, sqlite3_bind_null(statement_, position)); }
void Query::bind(int position, std::int64_t value)
{
    check_bind(statement_, sqlite3_bind_int64(statement_, position, value));
}
void Query::bind(int position, double value)
{
    check_bind(statement_, sqlite3_bind_double(statement_, position, value));
}
void Query::bind(int position, std::string_view value)
{
    // Copied by SQLite: the argument need not outlive the call.
    check_bind(statement_, sqlite3_bind_text64(statement_, position, value.data() ? value.data() : "", value.size(),
                                               SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind(int position, const StoredText& value)
{
    if (!value.content || !value.is_blob) return bind(position, value.content);
    check_bind(statement_, sqlite3_bind_blob64(statement_, position, value.content->data(), value.content->size(),
                                               SQLITE_TRANSIENT));
}

std::vector<std::int64_t> read_ids(Query rows)
{
    std::vector<std::int64_t> ids;
    while (rows.next()) ids.push_back(rows.integer(0));
    return ids;
}

std::optional<std::string_view> null_if_empty(std::string_view text)
{
    return text.empty() ? std::nullopt : std::optional{text};
}

}  // namespace dreamina
