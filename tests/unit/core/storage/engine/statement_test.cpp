#include "core/storage/engine/statement.hpp"

#include <limits>

#include "core/storage/temporary_database.hpp"

using namespace dreamina;

namespace {

struct Table {
    TemporaryFolder folder;
    Database database{folder / "some.db"};
    Table() { database.script("CREATE TABLE t (value)"); }

    /// What is read back of a value that was bound, with `read`.
    template <class T, class Read>
    auto back(const T& value, Read read)
    {
        database.run("DELETE FROM t");
        database.run("INSERT INTO t VALUES (?)", value);
        auto row = database.query("SELECT value FROM t");
        REQUIRE(row.next());
        return read(row);
    }
};

}  // namespace

TEST_CASE("what is bound is what is read")
{
    Table table;
    const auto as_text = [](const Query& row) { return row.text(); };
    const auto as_integer = [](const Query& row) { return row.integer(); };

    CHECK(table.back("plain", as_text) == "plain");
    CHECK(table.back(std::string{"'; DROP TABLE t; --"}, as_text) == "'; DROP TABLE t; --");
    CHECK(table.back(std::string{"a\0b", 3}, as_text) == std::string{"a\0b", 3});
    CHECK(table.back("密码 🔑", as_text) == "密码 🔑");
    CHECK(table.back(std::numeric_limits<std::int64_t>::max(), as_integer) == std::numeric_limits<std::int64_t>::max());
    CHECK(table.back(std::numeric_limits<std::int64_t>::min(), as_integer) == std::numeric_limits<std::int64_t>::min());
    CHECK(table.back(true, as_integer) == 1);
    CHECK(table.back(0.1, [](const Query& row) { return row.real(); }) == 0.1);
    CHECK(table.back(at("2026-11-22T11:28:34.461Z"), [](const Query& row) { return row.time(); }) ==
          at("2026-11-22T11:28:34.461Z"));
}

TEST_CASE("nothing and an empty text are two things")
{
    Table table;
    const auto optional = [](const Query& row) { return row.optional_text(); };
    CHECK(table.back(std::optional<std::string>{}, optional) == std::nullopt);
    CHECK(table.back(std::optional<std::string>{""}, optional) == "");
    CHECK(table.back(std::string_view{}, optional) == "");
    CHECK(table.back(nullptr, [](const Query& row) { return row.optional_integer(); }) == std::nullopt);
    CHECK(table.back(nullptr, [](const Query& row) { return row.optional_time(); }) == std::nullopt);
    CHECK(table.back(std::optional<Time>{from_millis(5)}, [](const Query& row) { return row.optional_time(); }) ==
          from_millis(5));
}

TEST_CASE("a statement starts afresh: no row and no argument of its last use is left")
{
    Table table;
    for (int i = 1; i <= 3; ++i) table.database.run("INSERT INTO t VALUES (?)", i);
    const char* sql = "SELECT value FROM t WHERE ?1 IS NULL OR value >= ?1 ORDER BY value";
    {
        auto left_in_the_middle = table.database.query(sql, 2);
        REQUIRE(left_in_the_middle.next());
        CHECK(left_in_the_middle.integer() == 2);
    }
    auto again = table.database.query(sql);
    REQUIRE(again.next());
    CHECK(again.integer() == 1);
}

TEST_CASE("too many arguments are refused")
{
    Table table;
    CHECK_THROWS_AS(table.database.query("SELECT ?", 1, 2), DatabaseError);
}

TEST_CASE("columns are read by their names, in whatever order they stand and are asked for")
{
    Table table;
    for (const char* sql : {"SELECT 1 AS one, 2 AS two, NULL AS none", "SELECT NULL AS none, 2 AS two, 1 AS one"}) {
        auto rows = table.database.query(std::string{sql} + " UNION ALL SELECT 'x', 'y', 'z' ORDER BY 2");
        REQUIRE(rows.next());
        CHECK(rows.integer("two") == 2);
        CHECK(rows.integer("one") == 1);
        CHECK(rows.is_null("none"));
        CHECK(rows.text("two") == "2");
        REQUIRE(rows.next());
        CHECK(rows.text("two") == "y");
    }
}

TEST_CASE("a column that is added in the middle moves no other")
{
    Table table;
    table.database.script("CREATE TABLE u (first, last); INSERT INTO u VALUES ('a', 'z')");
    const auto last = [&] {
        auto row = table.database.query("SELECT * FROM u");
        REQUIRE(row.next());
        return row.text("last");
    };
    CHECK(last() == "z");
    Table other;
    other.database.script("CREATE TABLE u (first, middle, last); INSERT INTO u VALUES ('a', 'm', 'z')");
    auto row = other.database.query("SELECT * FROM u");
    REQUIRE(row.next());
    CHECK(row.text("last") == "z");
}

TEST_CASE("a name that is not there, or there twice, is refused with the statement")
{
    Table table;
    auto row = table.database.query("SELECT 1 AS one, 2 AS twice, 3 AS twice");
    REQUIRE(row.next());
    CHECK(row.integer("one") == 1);
    CHECK_THROWS_WITH_AS(row.integer("two"),
                         "database: there is no column \"two\" in: SELECT 1 AS one, 2 AS twice, 3 AS twice",
                         DatabaseError);
    CHECK_THROWS_AS(row.integer("twice"), DatabaseError);
}

TEST_CASE("only a column that is alone is read without its name")
{
    Table table;
    auto alone = table.database.query("SELECT count(*) FROM t");
    REQUIRE(alone.next());
    CHECK(alone.integer() == 0);
    auto two = table.database.query("SELECT 1 AS one, 2 AS two");
    REQUIRE(two.next());
    CHECK_THROWS_AS(two.integer(), DatabaseError);
}
