#include "core/storage/engine/value_rows.hpp"

#include <doctest/doctest.h>

#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("any number of rows goes in, in their order, each with all its values")
{
    for (const std::size_t count : {0U, 1U, 7U, 8U, 9U, 32U, 33U, 100U}) {
        CAPTURE(count);
        TemporaryDatabase database;
        database->script("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT, at INTEGER, none TEXT, flag INTEGER)");
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < count; ++i) texts.push_back("text ' \" \\ \n " + std::to_string(i));
        ValueRows rows;
        for (std::size_t i = 0; i < count; ++i)
            rows.add(i * 2, texts[i], start + milliseconds{i}, std::optional<std::string_view>{}, i % 2 == 0);
        std::vector<std::int64_t> returned;
        rows.insert(*database, "INSERT INTO t (id, text, at, none, flag) VALUES", "RETURNING id",
                    [&](const Query& row) { returned.push_back(row.integer()); });
        CHECK(returned.size() == count);
        auto read = database->query("SELECT id, text, at, none, flag FROM t ORDER BY id");
        for (std::size_t i = 0; i < count; ++i) {
            REQUIRE(read.next());
            CHECK(read.integer("id") == static_cast<std::int64_t>(i * 2));
            CHECK(read.text("text") == texts[i]);
            CHECK(read.time("at") == start + milliseconds{i});
            CHECK(read.is_null("none"));
            CHECK(read.boolean("flag") == (i % 2 == 0));
        }
        CHECK_FALSE(read.next());
    }
}

TEST_CASE("what is there already is passed over, and not returned")
{
    TemporaryDatabase database;
    database->script("CREATE TABLE t (id TEXT PRIMARY KEY, n INTEGER); INSERT INTO t VALUES ('b', 1)");
    ValueRows rows;
    for (const std::string_view id : {"a", "b", "c", "a"}) rows.add(id, 2);
    std::vector<std::string> added;
    rows.insert(*database, "INSERT INTO t (id, n) VALUES", "ON CONFLICT (id) DO NOTHING RETURNING id",
                [&](const Query& row) { added.push_back(row.text()); });
    CHECK(added == std::vector<std::string>{"a", "c"});
    CHECK(number(*database, "SELECT n FROM t WHERE id = 'b'") == 1);
}
