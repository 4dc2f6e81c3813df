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
    const auto as_text = [](const Query& row) { return row.text(0); };
    const auto as_integer = [](const Query& row) { return row.integer(0); };

    CHECK(table.back("plain", as_text) == "plain");
    CHECK(table.back(std::string{"'; DROP TABLE t; --"}, as_text) == "'; DROP TABLE t; --");
    CHECK(table.back(std::string{"a\0b", 3}, as_text) == std::string{"a\0b", 3});
    CHECK(table.back("密码 🔑", as_text) == "密码 🔑");
    CHECK(table.back(std::numeric_limits<std::int64_t>::max(), as_integer) == std::numeric_limits<std::int64_t>::max());
    CHECK(table.back(std::numeric_limits<std::int64_t>::min(), as_integer) == std::numeric_limits<std::int64_t>::min());
    CHECK(table.back(true, as_integer) == 1);
    CHECK(table.back(0.1, [](const Query& row) { return row.real(0); }) == 0.1);
    CHECK(table.back(at("2026-11-22T11:28:34.461Z"), [](const Query& row) { return row.time(0); }) ==
          at("2026-11-22T11:28:34.461Z"));
}

TEST_CASE("nothing and an empty text are two things")
{
    Table table;
    const auto optional = [](const Query& row) { return row.optional_text(0); };
    CHECK(table.back(std::optional<std::string>{}, optional) == std::nullopt);
    CHECK(table.back(std::optional<std::string>{""}, optional) == "");
    CHECK(table.back(std::string_view{}, optional) == "");
    CHECK(table.back(nullptr, [](const Query& row) { return row.optional_integer(0); }) == std::nullopt);
    CHECK(table.back(nullptr, [](const Query& row) { return row.optional_time(0); }) == std::nullopt);
    CHECK(table.back(std::optional<Time>{from_millis(5)}, [](const Query& row) { return row.optional_time(0); }) ==
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
        CHECK(left_in_the_middle.integer(0) == 2);
    }
    auto again = table.database.query(sql);
    REQUIRE(again.next());
    CHECK(again.integer(0) == 1);
}

TEST_CASE("too many arguments are refused")
{
    Table table;
    CHECK_THROWS_AS(table.database.query("SELECT ?", 1, 2), DatabaseError);
}
