#include "core/storage/engine/placeholders.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace dreamina {
namespace {

/// How much of the text, which is not empty, belongs together and holds no placeholder: a text or a name in quotes, a
/// comment, or one character. A quote that is doubled within a text ends it and begins the next.
std::size_t inert_length(std::string_view sql)
{
    const auto up_to = [&](std::string_view end, std::size_t from) {
        const auto found = sql.find(end, from);
        return found == std::string_view::npos ? sql.size() : found + end.size();
    };
    if (sql.front() == '\'' || sql.front() == '"') return up_to(sql.substr(0, 1), 1);
    if (sql.starts_with("--")) return up_to("\n", 2);
    if (sql.starts_with("/*")) return up_to("*/", 2);
    return 1;
}

}  // namespace

std::string numbered_placeholders(std::string_view sql)
{
    std::string numbered;
    int highest = 0;
    while (!sql.empty()) {
        if (sql.front() != '?') {
            const std::size_t length = inert_length(sql);
            numbered += sql.substr(0, length);
            sql.remove_prefix(length);
            continue;
        }
        sql.remove_prefix(1);
        int number = highest + 1;
        const auto end = std::from_chars(sql.data(), sql.data() + sql.size(), number).ptr;
        sql.remove_prefix(static_cast<std::size_t>(end - sql.data()));
        highest = std::max(highest, number);
        numbered += fmt::format("${}", number);
    }
    return numbered;
}

}  // namespace dreamina
