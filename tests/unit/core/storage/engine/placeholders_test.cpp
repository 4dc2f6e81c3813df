#include "core/storage/engine/placeholders.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("placeholders are numbered in their order")
{
    CHECK(numbered_placeholders("SELECT 1") == "SELECT 1");
    CHECK(numbered_placeholders("") == "");
    CHECK(numbered_placeholders("?") == "$1");
    CHECK(numbered_placeholders("VALUES (?, ?,?)") == "VALUES ($1, $2,$3)");
    CHECK(numbered_placeholders("a = ? AND b = ?") == "a = $1 AND b = $2");
}

TEST_CASE("a placeholder keeps the number that it has")
{
    CHECK(numbered_placeholders("a = ?2 AND b IN (?1, ?2)") == "a = $2 AND b IN ($1, $2)");
    CHECK(numbered_placeholders("LIMIT ?12 OFFSET ?3") == "LIMIT $12 OFFSET $3");
}

TEST_CASE("one without a number follows the highest, as in SQLite")
{
    CHECK(numbered_placeholders("?5, ?, ?1, ?") == "$5, $6, $1, $7");
}

TEST_CASE("what stands in quotes is no placeholder")
{
    CHECK(numbered_placeholders("a = '?' AND b = ?") == "a = '?' AND b = $1");
    CHECK(numbered_placeholders("a = 'it''s ?' AND b = ?") == "a = 'it''s ?' AND b = $1");
    CHECK(numbered_placeholders("a = '' AND b = ?") == "a = '' AND b = $1");
    CHECK(numbered_placeholders("\"odd ?\"\" name\" = ?") == "\"odd ?\"\" name\" = $1");
    CHECK(numbered_placeholders("a = '\"?' AND b = ?") == "a = '\"?' AND b = $1");
    CHECK(numbered_placeholders("a = 'open ?") == "a = 'open ?");
}

TEST_CASE("what stands in a comment is no placeholder")
{
    CHECK(numbered_placeholders("a -- really?\n= ?") == "a -- really?\n= $1");
    CHECK(numbered_placeholders("a /* '? */ = ?") == "a /* '? */ = $1");
    CHECK(numbered_placeholders("? -- it's ?") == "$1 -- it's ?");
    CHECK(numbered_placeholders("? /* ?") == "$1 /* ?");
    CHECK(numbered_placeholders("'--' - ? / ? * 2") == "'--' - $1 / $2 * 2");
}
