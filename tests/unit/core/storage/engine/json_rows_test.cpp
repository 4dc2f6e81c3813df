#include "core/storage/engine/json_rows.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "core/storage/temporary_database.hpp"

using namespace dreamina;

TEST_CASE("rows come out of the database as they went in")
{
    TemporaryDatabase database;
    const std::string odd = "quote \" and \\ and \t, \n, \x01, \x7f; 'q', \xE4\xBD\xA0, \xF0\x9F\x8C\x8A";
    JsonRows rows;
    CHECK(rows.empty());
    rows.add(std::int64_t{1} << 60, odd, std::optional<std::string>{}, true);
    rows.add(-3, "", std::optional<std::string_view>{"here"}, false);
    const std::string sql = fmt::format("SELECT number, first, other, flag FROM {} AS r ORDER BY number",
                                        rows_sql({"number BIGINT", "first TEXT", "other TEXT", "flag BIGINT"}));
    auto read = database->query(sql, rows.text());
    REQUIRE(read.next());
    CHECK(read.integer("number") == -3);
    CHECK(read.text("first").empty());
    CHECK_FALSE(read.is_null("first"));
    CHECK(read.text("other") == "here");
    CHECK_FALSE(read.boolean("flag"));
    REQUIRE(read.next());
    CHECK(read.integer("number") == std::int64_t{1} << 60);
    CHECK(read.text("first") == odd);
    CHECK(read.is_null("other"));
    CHECK(read.boolean("flag"));
    CHECK_FALSE(read.next());
}

TEST_CASE("a NUL, which no engine reads out of JSON, does not cut the text that it is in")
{
    TemporaryDatabase database;
    JsonRows rows;
    rows.add(std::string_view{"a\0b", 3});
    CHECK(text(*database, fmt::format("SELECT t FROM {} AS r", rows_sql({"t TEXT"})), rows.text()) ==
          "a\xEF\xBF\xBD"
          "b");
}

TEST_CASE("no rows, and a list of numbers")
{
    TemporaryDatabase database;
    CHECK(JsonRows{}.text() == "[]");
    const std::vector<std::int64_t> numbers{3, -1};
    CHECK(json_list(numbers) == "[3,-1]");
    CHECK(json_list({}) == "[]");
    CHECK(number(*database, fmt::format("SELECT 3 IN {} AS found", numbers_sql()), json_list(numbers)) == 1);
    CHECK(number(*database, fmt::format("SELECT 1 IN {} AS found", numbers_sql()), json_list(numbers)) == 0);
}
