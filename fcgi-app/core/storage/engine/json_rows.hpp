#pragma once
/// Rows of one statement as one parameter: a JSON list of lists. So a statement serves any number of rows, and a turn
/// of the write queue costs a fixed number of statements.
///
///     JsonRows rows;
///     for (…) rows.add(account, model, calls);
///     database.run("INSERT INTO t (…) SELECT * FROM " + rows_sql({"account BIGINT", "model TEXT", …}) + " AS r", …);
///
/// The functions that write SQL are the place where engines differ in how they read JSON.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace dreamina {

class JsonRows {
public:
    template <class... Values>
    void add(const Values&... values)
    {
        text_ += text_.empty() ? "[" : ",";
        char before = '[';
        ((text_ += before, before = ',', append(values)), ...);
        text_ += ']';
    }

    bool empty() const { return text_.empty(); }
    /// The list of all rows.
    std::string text() const { return text_.empty() ? "[]" : text_ + "]"; }

private:
    void append(std::integral auto value) { append_integer(static_cast<std::int64_t>(value)); }
    void append(milliseconds value) { append_integer(value.count()); }
    void append(Time value) { append_integer(to_millis(value)); }
    void append(std::string_view text);
    void append(const std::string& text) { append(std::string_view{text}); }
    void append(const char* text) { append(std::string_view{text}); }
    template <class T>
    void append(const std::optional<T>& value)
    {
        if (value) {
            append(*value);
        } else {
            text_ += "null";
        }
    }
    void append_integer(std::int64_t value);

    std::string text_;
};

/// A JSON list of numbers.
std::string json_list(std::span<const std::int64_t> numbers);
/// Texts as rows of one column.
std::string text_list(std::span<const std::string> texts);

/// SQL: what the parameter `?` holds of a JsonRows, as a table. `columns`: each with its name and type (BIGINT,
/// BOOLEAN or TEXT), in the order of JsonRows::add.
std::string rows_sql(std::initializer_list<std::string_view> columns);

/// SQL: the numbers of the json_list that is the parameter `?`, for IN.
std::string_view numbers_sql();
/// The same of the text_list that is the parameter `?`.
std::string_view texts_sql();

}  // namespace dreamina
