#include "core/storage/engine/statement.hpp"

#include <fmt/format.h>
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
    sqlite3_reset(statement_->handle);
    sqlite3_clear_bindings(statement_->handle);
}

bool Query::next()
{
    next_place_ = 0;
    const int code = sqlite3_step(statement_->handle);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    check(sqlite3_db_handle(statement_->handle), code);
    return false;
}

void Query::finish()
{
    while (next()) {
    }
}

int Query::place_of(Column column) const
{
    const auto& places = statement_->places;
    if (next_place_ < places.size() && places[next_place_].name == column.name_) return places[next_place_++].number;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].name != column.name_) continue;
        next_place_ = i + 1;
        return places[i].number;
    }
    const int number = find_place(column);
    statement_->places.push_back({column.name_, number});
    next_place_ = statement_->places.size();
    return number;
}

int Query::find_place(Column column) const
{
    const auto refuse = [&](std::string_view what) {
        throw DatabaseError(SQLITE_MISUSE, fmt::format("database: {} in: {}", what, sqlite3_sql(statement_->handle)));
    };
    const int columns = sqlite3_column_count(statement_->handle);
    if (column.name_ == nullptr) {
        if (columns != 1) refuse("a column is read without its name, and there is not one alone");
        return 0;
    }
    std::optional<int> found;
    for (int i = 0; i < columns; ++i) {
        if (column.name() != sqlite3_column_name(statement_->handle, i)) continue;
        if (found) refuse(fmt::format("there are two columns \"{}\"", column.name()));
        found = i;
    }
    if (!found) refuse(fmt::format("there is no column \"{}\"", column.name()));
    return *found;
}

bool Query::is_null(Column column) const
{
    return sqlite3_column_type(statement_->handle, place_of(column)) == SQLITE_NULL;
}
bool Query::is_blob(Column column) const
{
    return sqlite3_column_type(statement_->handle, place_of(column)) == SQLITE_BLOB;
}
std::int64_t Query::integer(Column column) const { return sqlite3_column_int64(statement_->handle, place_of(column)); }
double Query::real(Column column) const { return sqlite3_column_double(statement_->handle, place_of(column)); }

std::string Query::text(Column column) const { return text_at(place_of(column)); }

std::string Query::text_at(int place) const
{
    sqlite3_stmt* row = statement_->handle;
    // A BLOB as it is: read as text it would be taken for UTF-8.
    const auto* bytes = sqlite3_column_type(row, place) == SQLITE_BLOB
                            ? static_cast<const char*>(sqlite3_column_blob(row, place))
                            : reinterpret_cast<const char*>(sqlite3_column_text(row, place));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(row, place))) : std::string{};
}

std::optional<std::string> Query::optional_text(Column column) const
{
    const int place = place_of(column);
    if (sqlite3_column_type(statement_->handle, place) == SQLITE_NULL) return std::nullopt;
    return text_at(place);
}

std::optional<std::int64_t> Query::optional_integer(Column column) const
{
    const int place = place_of(column);
    if (sqlite3_column_type(statement_->handle, place) == SQLITE_NULL) return std::nullopt;
    return sqlite3_column_int64(statement_->handle, place);
}

std::optional<double> Query::optional_real(Column column) const
{
    const int place = place_of(column);
    if (sqlite3_column_type(statement_->handle, place) == SQLITE_NULL) return std::nullopt;
    return sqlite3_column_double(statement_->handle, place);
}

std::optional<Time> Query::optional_time(Column column) const
{
    const auto millis = optional_integer(column);
    return millis ? std::optional{from_millis(*millis)} : std::nullopt;
}

Message Query::message(Column column) const { return message_from_json_text(optional_text(column).value_or("")); }

void Query::bind(int position, std::nullptr_t)
{
    check_bind(statement_->handle, sqlite3_bind_null(statement_->handle, position));
}
void Query::bind(int position, std::int64_t value)
{
    check_bind(statement_->handle, sqlite3_bind_int64(statement_->handle, position, value));
}
void Query::bind(int position, double value)
{
    check_bind(statement_->handle, sqlite3_bind_double(statement_->handle, position, value));
}
void Query::bind(int position, std::string_view value)
{
    // Copied by SQLite: the argument need not outlive the call.
    check_bind(statement_->handle, sqlite3_bind_text64(statement_->handle, position, value.data() ? value.data() : "",
                                                       value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind(int position, const Message& value)
{
    if (value.empty()) return bind(position, nullptr);
    bind(position, std::string_view{to_json_text(value)});
}

void Query::bind(int position, const StoredText& value)
{
    if (!value.content || !value.is_blob) return bind(position, value.content);
    check_bind(statement_->handle, sqlite3_bind_blob64(statement_->handle, position, value.content->data(),
                                                       value.content->size(), SQLITE_TRANSIENT));
}

std::vector<std::int64_t> read_ids(Query rows)
{
    std::vector<std::int64_t> ids;
    while (rows.next()) ids.push_back(rows.integer());
    return ids;
}

std::vector<std::string> read_texts(Query rows)
{
    std::vector<std::string> texts;
    while (rows.next()) texts.push_back(rows.text());
    return texts;
}

std::optional<std::string_view> null_if_empty(std::string_view text)
{
    return text.empty() ? std::nullopt : std::optional{text};
}

}  // namespace dreamina
