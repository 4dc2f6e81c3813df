/// Most rows of `results` have expired: nothing that runs often walks past them.

#include <sqlite3.h>

#include "core/storage/results/result_link_keys.hpp"
#include "core/storage/results/result_list.hpp"
#include "core/storage/results/result_shelf.hpp"

using namespace dreamina;

namespace {

/// How SQLite goes about all statements that name the table and have run so far.
std::vector<std::string> plans_for_results(Database& database)
{
    std::vector<std::string> statements;
    for (auto* each = sqlite3_next_stmt(database.handle(), nullptr); each != nullptr;
         each = sqlite3_next_stmt(database.handle(), each)) {
        const std::string_view sql = sqlite3_sql(each);
        if (sql.find("FROM results") != std::string_view::npos) statements.emplace_back(sql);
    }
    std::vector<std::string> steps;
    for (const std::string& sql : statements)
        for (auto plan = database.query("EXPLAIN QUERY PLAN " + sql); plan.next();)
            steps.push_back(plan.text("detail"));
    return steps;
}

using Steps = std::vector<std::string>;

}  // namespace

TEST_CASE("room is made by indexes of what is stored")
{
    ResultShelf shelf;
    shelf.store.evictable(std::nullopt, 1);
    CHECK(plans_for_results(*shelf) == Steps{"SCAN results USING INDEX results_evictable"});
}

TEST_CASE("room for a key is made by an index that knows the key")
{
    ResultShelf shelf;
    shelf.store.evictable(7, 1);
    CHECK(plans_for_results(*shelf) == Steps{"SEARCH results USING INDEX results_evictable_of_key (api_key_id=?)"});
}

TEST_CASE("what is stored is summed up from an index alone")
{
    ResultShelf all;
    all.store.totals();
    CHECK(plans_for_results(*all) == Steps{"SCAN results USING COVERING INDEX results_stored"});
    ResultShelf one;
    one.store.totals(7);
    CHECK(plans_for_results(*one) == Steps{"SEARCH results USING COVERING INDEX results_stored (api_key_id=?)"});
}

TEST_CASE("counting, looking for what is due and for what is named, and forgetting keys pass over what has expired")
{
    ResultShelf shelf;
    shelf.store.counts();
    shelf.store.any_due(shelf.now);
    shelf.store.due(shelf.now, {}, {}, 1);
    shelf.store.names_file("ab");
    shelf.store.first_stored("r1");
    shelf.store.expired(shelf.now, 1);
    search_results(*shelf, {.id = "r1"}, "", 10);
    ResultLinkKeys{*shelf}.forget_unused();
    const Steps steps = plans_for_results(*shelf);
    CHECK(steps.size() >= 10);
    for (const std::string& step : steps) {
        CAPTURE(step);
        CHECK(step.find("AUTOMATIC") == std::string::npos);
        const bool is_scan = step.starts_with("SCAN results") || step.starts_with("SCAN r ");
        const bool is_of_few = step.find("INDEX results_") != std::string::npos;
        // The oldest row is the first of the primary key's.
        CHECK((!is_scan || is_of_few || step == "SCAN r USING INDEX sqlite_autoindex_results_1"));
        CHECK(step.find("SEARCH r USING INDEX sqlite_autoindex_results_1 (id>? AND id<?)") == std::string::npos);
    }
}

TEST_CASE("rows are counted by state")
{
    ResultShelf shelf;
    shelf.add_pending();
    shelf.add_pending();
    shelf.add_stored(picture());
    shelf.store.expire(shelf.add_pending(), {"storing.time_over"});
    std::vector<std::pair<ResultState, std::int64_t>> counted;
    for (const auto& each : shelf.store.counts()) counted.emplace_back(each.state, each.count);
    CHECK(counted == std::vector<std::pair<ResultState, std::int64_t>>{
                         {ResultState::pending, 2}, {ResultState::stored, 1}, {ResultState::failed, 0}});
}
