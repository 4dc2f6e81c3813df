#pragma once
/// A prepared statement while it is in use: bound, stepped through, and reset when it goes out of scope.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"

struct sqlite3_stmt;

namespace dreamina {

/// A value that is kept as TEXT or, if it is not for reading, as a BLOB.
struct StoredText {
    std::optional<std::string> content;
    bool is_blob = false;
};

/// Throws DatabaseError on any failure. A statement is used by one Query at a time.
class Query {
public:
    explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
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

    bool is_null(int column) const;
    bool is_blob(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;  ///< of a BLOB its bytes
    bool boolean(int column) const { return integer(column) != 0; }
    Time time(int column) const { return from_millis(integer(column)); }
    std::optional<std::string> optional_text(int column) const;
    std::optional<std::int64_t> optional_integer(int column) const;
    std::optional<Time> optional_time(int column) const;

private:
    void bind(int position, std::nullptr_t);
    void bind(int position, std::int64_t value);
    void bind(int position, int value) { bind(position, std::int64_t{value}); }
    void bind(int position, bool value) { bind(position, std::int64_t{value}); }
    void bind(int position, double value);
    void bind(int position, std::string_view value);
    void bind(int position, const StoredText& value);
    void bind(int position, const std::string& value) { bind(position, std::string_view{value}); }
    void bind(int position, const char* value) { bind(position, std::string_view{value}); }
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

    sqlite3_stmt* statement_;
};

/// The first column of all rows: a list of ids.
std::vector<std::int64_t> read_ids(Query rows);

/// What is stored of a text for which empty means that there is none. A view of the argument.
std::optional<std::string_view> null_if_empty(std::string_view text);

}  // namespace dreamina
