#include "core/storage/engine/json_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dreamina {

void JsonRows::append_integer(std::int64_t value)
{
    const fmt::format_int digits{value};
    text_.append(digits.data(), digits.size());
}

void JsonRows::append(std::string_view text)
{
    text_ += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            text_ += '\\';
            text_ += c;
        } else if (c == '\0') {
            text_ += "\xEF\xBF\xBD";  // no engine reads a NUL out of JSON: U+FFFD in its place
        } else if (byte < 0x20) {
            text_ += fmt::format("\\u{:04x}", byte);
        } else {
            text_ += c;
        }
    }
    text_ += '"';
}

std::string json_list(std::span<const std::int64_t> numbers) { return fmt::format("[{}]", fmt::join(numbers, ",")); }

std::string text_list(std::span<const std::string> texts)
{
    JsonRows rows;
    for (const std::string& text : texts) rows.add(text);
    return rows.text();
}

std::string rows_sql(std::initializer_list<std::string_view> columns)
{
    std::string sql = "(SELECT ";
    int place = 0;
    for (const std::string_view column : columns) {
        const auto space = column.find(' ');
        const auto name = column.substr(0, space);
        sql += place > 0 ? ", " : "";
        const auto type = column.substr(space + 1);
        sql += type == "TEXT" ? fmt::format("value->>{} AS {}", place, name)
                              : fmt::format("CAST(value->>{} AS {}) AS {}", place, type, name);
        ++place;
    }
    return sql + " FROM json_each(?))";
}

std::string_view texts_sql() { return "(SELECT value->>0 FROM json_each(?))"; }

std::string_view numbers_sql() { return "(SELECT CAST(value AS BIGINT) FROM json_each(?))"; }

}  // namespace dreamina
