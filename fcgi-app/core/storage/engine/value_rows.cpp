#include "core/storage/engine/value_rows.hpp"

namespace dreamina {

std::string ValueRows::statement(std::string_view before, std::size_t rows, std::string_view behind) const
{
    std::string row = "(?";
    for (std::size_t column = 1; column < columns_; ++column) row += ", ?";
    row += ")";
    std::string sql{before};
    sql.reserve(before.size() + behind.size() + rows * (row.size() + 2));
    for (std::size_t i = 0; i < rows; ++i) sql.append(i > 0 ? ", " : " ").append(row);
    return sql.append(" ").append(behind);
}

void ValueRows::bind(Query& query, std::size_t place, const Value& value)
{
    std::visit([&](const auto& content) { query.bind(static_cast<int>(place) + 1, content); }, value);
}

}  // namespace dreamina
