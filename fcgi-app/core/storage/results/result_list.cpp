#include "core/storage/results/result_list.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/time_ordered_id.hpp"
#include "core/storage/results/result_store.hpp"

namespace dreamina {
namespace {

/// Some 100 ms of looking.
constexpr std::int64_t max_results_looked_at = 100'000;

/// Sorts behind all ids.
constexpr std::string_view behind_all_results = "g";

/// The filter is a column and no condition, so that the rows which it keeps back can be counted.
constexpr std::string_view all_results =
    "SELECT r.id, (CAST(?3 AS TEXT) IS NULL OR r.state = ?3) AND (CAST(?4 AS TEXT) IS NULL OR coalesce(r.media, '') = "
    "?4) AND (CAST(?5 AS TEXT) IS NULL OR r.model = ?5) AND (CAST(?6 AS BIGINT) IS NULL OR r.api_key_id = ?6) AND "
    "(CAST(?7 AS BIGINT) IS NULL OR coalesce(r.account_id, 0) = ?7) AND (CAST(?8 AS BOOLEAN) IS NULL OR r.is_pinned = "
    "?8) AS fits FROM results r WHERE r.id < ?1 AND r.id >= ?2";
constexpr std::string_view that_are_named =
    " AND r.id IN (SELECT i.id FROM results i WHERE i.id = ?9 UNION SELECT q.id FROM results q WHERE q.request_id = "
    "?9)";
constexpr std::string_view newest_first = " ORDER BY r.id DESC";

/// Those with an id, or of a request, are few: they are looked up.
Query look_through_results(Database& database, const ResultSearch& search, std::string_view before,
                           std::string_view first)
{
    static const std::string all = fmt::format("{}{}", all_results, newest_first);
    static const std::string named = fmt::format("{}{}{}", all_results, that_are_named, newest_first);
    const auto state = search.state ? std::optional{to_string(*search.state)} : std::nullopt;
    const auto media = search.media ? std::optional{to_string(*search.media)} : std::nullopt;
    const auto model = null_if_empty(search.model);
    if (search.id.empty())
        return database.query(all, before, first, state, media, model, search.api_key, search.account,
                              search.is_pinned);
    return database.query(named, before, first, state, media, model, search.api_key, search.account, search.is_pinned,
                          search.id);
}

}  // namespace

ResultPage search_results(Database& database, const ResultSearch& search, const std::string& cursor, std::int64_t size)
{
    std::string before{behind_all_results};
    std::string first;
    if (search.to) before = first_id_of(*search.to);
    if (search.from) first = first_id_of(*search.from);
    if (!cursor.empty()) before = std::min(before, cursor);

    ResultPage page;
    std::vector<std::string> ids;
    std::int64_t looked_at = 0;
    std::string last;
    {
        auto rows = look_through_results(database, search, before, first);
        while (rows.next()) {
            // There is one more: that is worth a cursor.
            if (looked_at == max_results_looked_at || std::cmp_equal(ids.size(), size)) {
                page.next = last;
                break;
            }
            ++looked_at;
            last = rows.text("id");
            if (rows.boolean("fits")) ids.push_back(last);
        }
    }
    ResultStore store{database};
    for (const std::string& id : ids)
        if (auto found = store.find(id)) page.items.push_back(*std::move(found));
    return page;
}

}  // namespace dreamina
