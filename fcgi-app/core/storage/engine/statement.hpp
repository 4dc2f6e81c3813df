#pragma once
/// A prepared statement while it is in use: bound, stepped through, and reset when it goes out of scope.
///
/// Columns are read by their names, and only so:
///
///     auto rows = database.query("SELECT id, count(*) AS uses FROM … WHERE account = ?", account);
///     while (rows.next()) add(rows.integer("id"), rows.integer("uses"));
///
/// A name is the column's, without its table, or what stands behind AS: every expression needs one. A statement with a
/// single column may be read without a name: `rows.integer()`. A name that the statement does not have, or has twice,
/// throws with the first row; so does reading without a name where there are several columns. Columns may therefore be
/// added and moved without a look at who reads them.
///
/// It costs no comparison of texts for each row: names are literals, told apart by their address, and a statement looks
/// for each of them once in its life.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/message/message.hpp"

struct sqlite3_stmt;

namespace dreamina {

/// A column's name; the one column there is, without one.
class Column {
public:
    consteval Column() = default;
    template <std::size_t size>
    consteval Column(const char (&name)[size]) : name_(name)
    {
    }
    constexpr std::string_view name() const { return name_ ? name_ : std::string_view{}; }

private:
    friend class Query;
    const char* name_ = nullptr;
};

/// A statement for the life of its connection, and where the columns are that have been read of it.
struct PreparedStatement {
    struct Place {
        const char* name;
        int number;
    };
    sqlite3_stmt* handle = nullptr;
    std::vector<Place> places;  ///< in the order in which they were read first
};

/// A value that is kept as TEXT or, if it is not for reading, as a BLOB.
struct StoredText {
    std::optional<std::string> content;
    bool is_blob = false;
};

/// Throws DatabaseError on any failure. A statement is used by one Query at a time.
class Query {
public:
    explicit Query(PreparedStatement& statement) : statement_(&statement) {}
    Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Query& operator=(Query&&) = delete;
    ~Query();

    template <class... Arguments>
    void bind_all(const Arguments&... arguments)
    {
        int position = 0;
        (bind(++position, arguments), ...);
    }

    /// Moves to the next row; false after the last.
    bool next();
    void finish();

    bool is_null(Column column = {}) const;
    bool is_blob(Column column = {}) const;
    std::int64_t integer(Column column = {}) const;
    double real(Column column = {}) const;
    std::string text(Column column = {}) const;  ///< of a BLOB its bytes
    bool boolean(Column column = {}) const { return integer(column) != 0; }
    Time time(Column column = {}) const { return from_millis(integer(column)); }
    std::optional<std::string> optional_text(Column column = {}) const;
    std::optional<std::int64_t> optional_integer(Column column = {}) const;
    std::optional<double> optional_real(Column column = {}) const;
    std::optional<Time> optional_time(Column column = {}) const;
    StoredText stored_text(Column column = {}) const { return {optional_text(column), is_blob(column)}; }
    Message message(Column column = {}) const;  ///< empty where there is none

    /// A parameter by its number, from 1.
    void bind(int position, std::nullptr_t);
    void bind(int position, std::int64_t value);
    void bind(int position, int value) { bind(position, std::int64_t{value}); }
    void bind(int position, bool value) { bind(position, std::int64_t{value}); }
    void bind(int position, double value);
    void bind(int position, std::string_view value);
    void bind(int position, const StoredText& value);
    void bind(int position, const std::string& value) { bind(position, std::string_view{value}); }
    void bind(int position, const char* value) { bind(position, std::string_view{value}); }
    void bind(int position, const Message& value);  // NULL for an empty one
    void bind(int position, Time value) { bind(position, to_millis(value)); }
    template <class T>
    void bind(int position, const std::optional<T>& value)
    {
        if (value) {
            bind(position, *value);
        } else {
            bind(position, nullptr);
        }
    }

private:
    int place_of(Column column) const;
    int find_place(Column column) const;
    std::string text_at(int place) const;

    PreparedStatement* statement_;
    mutable std::size_t next_place_ = 0;  // most rows are read in the order of the first
};

/// The one column of all rows: a list of ids, or of names.
std::vector<std::int64_t> read_ids(Query rows);
std::vector<std::string> read_texts(Query rows);

/// What is stored of a text for which empty means that there is none. A view of the argument.
std::optional<std::string_view> null_if_empty(std::string_view text);

}  // namespace dreamina
