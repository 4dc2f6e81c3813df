#include "core/storage/generations/generation_list.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/time_ordered_id.hpp"
#include "core/storage/engine/json_rows.hpp"
#include "core/storage/generations/generation_store.hpp"

namespace dreamina {
namespace {

/// Some 100 ms of looking.
constexpr std::int64_t max_generations_looked_at = 100'000;

/// Sorts behind all ids.
constexpr std::string_view behind_all_generations = "g";

/// Written as the index has it, so that it is used.
constexpr std::string_view waits_or_runs = "state IN ('queued', 'in_progress')";

bool are_open(const std::vector<GenerationState>& states)
{
    return !states.empty() && std::none_of(states.begin(), states.end(), has_ended);
}

/// For IN: texts as a list of lists, which both engines read. Nothing: all of them.
std::optional<std::string> name_list(const std::vector<GenerationState>& states)
{
    if (states.empty()) return std::nullopt;
    JsonRows rows;
    for (const GenerationState state : states) rows.add(to_string(state));
    return rows.text();
}

/// The filter is a column and no condition, so that the rows which it keeps back can be counted.
std::string generation_look_sql(std::string_view condition)
{
    return fmt::format(
        "SELECT g.id, (CAST(?3 AS TEXT) IS NULL OR g.state IN (SELECT value->>0 FROM json_each(?3))) AND "
        "(CAST(?4 AS TEXT) IS NULL OR g.model = ?4) AND (CAST(?5 AS BIGINT) IS NULL OR g.api_key_id = ?5) AS fits "
        "FROM generations g WHERE g.id < ?1 AND g.id >= ?2 {} ORDER BY g.id DESC",
        condition);
}

}  // namespace

GenerationPage search_generations(Database& database, const GenerationSearch& search, const std::string& cursor,
                                  std::int64_t size)
{
    static const std::string of_all = generation_look_sql("");
    // By their index: they are few among all that are kept.
    static const std::string of_open =
        generation_look_sql(fmt::format("AND g.id IN (SELECT id FROM generations WHERE {})", waits_or_runs));

    std::string before{behind_all_generations};
    std::string first;
    if (search.to) before = first_id_of(*search.to);
    if (search.from) first = first_id_of(*search.from);
    if (!cursor.empty()) before = std::min(before, cursor);
    if (!search.id.empty()) {
        before = std::min(before, search.id + "0");  // the first text behind it
        first = std::max(first, search.id);
    }

    GenerationPage page;
    GenerationStore store{database};
    std::int64_t looked_at = 0;
    std::string last;
    auto looks = database.query(are_open(search.states) ? of_open : of_all, before, first, name_list(search.states),
                                null_if_empty(search.model), search.api_key);
    while (looks.next()) {
        // There is one more: that is worth a cursor.
        if (looked_at == max_generations_looked_at || std::cmp_equal(page.items.size(), size)) {
            page.next = last;
            break;
        }
        ++looked_at;
        last = looks.text("id");
        if (!looks.boolean("fits")) continue;
        if (auto found = store.find(last)) page.items.push_back(*std::move(found));
    }
    return page;
}

std::map<std::string, std::int64_t> generations_ahead(Database& database)
{
    static const std::string sql = fmt::format(
        "SELECT id, row_number() OVER (PARTITION BY model ORDER BY priority DESC, id) - 1 AS ahead FROM generations "
        "WHERE {} AND "
        "state = 'queued'",
        waits_or_runs);
    std::map<std::string, std::int64_t> ahead;
    auto rows = database.query(sql);
    while (rows.next()) ahead.emplace(rows.text("id"), rows.integer("ahead"));
    return ahead;
}

}  // namespace dreamina
