#include "core/storage/log/request_list.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/time_ordered_id.hpp"

namespace dreamina {
namespace {

/// Some 100 ms of looking.
constexpr std::int64_t max_rows_looked_at = 100'000;

/// Sorts behind all ids.
constexpr std::string_view behind_all = "g";

}  // namespace

RequestPage list_requests(Database& database, const RequestFilter& filter, const std::string& cursor, std::int64_t size)
{
    // The filter is a column and no condition, so that the rows which it keeps back can be counted.
    constexpr std::string_view look_sql =
        "SELECT r.id, (CAST(?3 AS TEXT) IS NULL OR r.model = ?3 OR r.model_asked = ?3) AND "
        "(CAST(?4 AS TEXT) IS NULL OR r.outcome = ?4) AND "
        "(CAST(?5 AS BIGINT) IS NULL OR coalesce(r.status = ?5, FALSE)) AND "
        "(CAST(?6 AS BIGINT) IS NULL OR coalesce(r.account_id = ?6, FALSE) OR "
        "(r.attempts > CASE WHEN r.account_id IS NULL THEN 0 ELSE 1 END AND EXISTS "
        "(SELECT 1 FROM request_attempts t WHERE t.request_id = r.id AND t.account_id = ?6))) AND "
        "(CAST(?7 AS BIGINT) IS NULL OR coalesce(r.api_key_id, 0) = ?7) AND "
        "(CAST(?8 AS TEXT) IS NULL OR coalesce(r.region = ?8, FALSE)) AND "
        "(CAST(?9 AS BIGINT) IS NULL OR r.attempts >= ?9) AND (CAST(?10 AS BIGINT) IS NULL OR r.ended_at >= ?10) "
        "AS fits FROM requests r WHERE r.id < ?1 AND r.id >= ?2 ORDER BY r.id DESC";
    static const std::string row_sql =
        fmt::format("SELECT {} FROM requests r LEFT JOIN living_accounts a ON a.id = r.account_id WHERE r.id = ?",
                    request_columns());

    std::string before{behind_all};
    std::string first;
    if (filter.to) before = first_id_of(*filter.to);
    if (filter.from) first = first_id_of(*filter.from);
    if (!cursor.empty()) before = std::min(before, cursor);
    if (!filter.id.empty()) {
        before = std::min(before, filter.id + "0");  // the first text behind it
        first = std::max(first, filter.id);
    }

    RequestPage page;
    std::int64_t looked_at = 0;
    std::string last;
    auto looks = database.query(look_sql, before, first, null_if_empty(filter.model),
                                filter.outcome ? std::optional{to_string(*filter.outcome)} : std::nullopt,
                                filter.status, filter.account, filter.api_key,
                                filter.region ? std::optional{to_string(*filter.region)} : std::nullopt,
                                filter.min_attempts, filter.ended_from);
    while (looks.next()) {
        // There is one more: that is worth a cursor.
        if (looked_at == max_rows_looked_at || std::cmp_equal(page.items.size(), size)) {
            page.next = last;
            break;
        }
        ++looked_at;
        last = looks.text("id");
        if (!looks.boolean("fits")) continue;
        auto row = database.query(row_sql, last);
        if (row.next()) page.items.push_back(read_request(row));
    }
    return page;
}

}  // namespace dreamina
