#include "core/base/text.hpp"

#include <ostream>

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("a whole number is one from beginning to end")
{
    CHECK(whole_number("0") == 0);
    CHECK(whole_number("-12") == -12);
    CHECK(whole_number("9223372036854775807") == 9223372036854775807);
    for (const char* text : {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "9223372036854775808", "one"})
        CHECK_FALSE(whole_number(text));
}

TEST_CASE("a media type is what stands before the parameters, in lower case")
{
    CHECK(media_type("Text/HTML; charset=UTF-8") == "text/html");
    CHECK(media_type(" application/json ") == "application/json");
    CHECK(media_type("").empty());
}

TEST_CASE("well-formed UTF-8, and nothing else")
{
    for (const char* good : {"", "plain", "ä", "密码", "\xF0\x9F\x98\x80", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
                             "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
        CHECK(is_valid_utf8(good));
    for (const char* bad : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE2\x82",
                            "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                            "\xFE", "\xFF", "ok\xFF", "ok\xE5\xAF"}) {
        CAPTURE(std::string{bad}.size());
        CHECK_FALSE(is_valid_utf8(bad));
    }
    CHECK(is_valid_utf8(std::string_view("\0", 1)));
}

TEST_CASE("control characters")
{
    CHECK_FALSE(has_control_characters("plain text ~"));
    CHECK_FALSE(has_control_characters("密码"));
    for (const char* bad : {"\n", "a\tb", "\r", "\x1b[0m", "\x7f", "\x01"}) CHECK(has_control_characters(bad));
    CHECK(has_control_characters(std::string_view("a\0", 2)));
}

TEST_CASE("trim takes the blanks at both ends")
{
    CHECK(trim(" \t\r\n\f\v a b \n") == "a b");
    CHECK(trim("ab") == "ab");
    CHECK(trim("   ") == "");
    CHECK(trim("") == "");
}

TEST_CASE("quotes are taken off where the same ones stand at both ends")
{
    CHECK(without_quotes("\"a b\"") == "a b");
    CHECK(without_quotes("'a'") == "a");
    CHECK(without_quotes("''") == "");
    CHECK(without_quotes("'\"a\"'") == "\"a\"");
    for (const char* text : {"", "'", "a", "'a", "a'", "\"a'", " 'a'"}) CHECK_FALSE(without_quotes(text));
}

TEST_CASE("case is a matter of ASCII letters only")
{
    CHECK(to_lower("AbZ-09[@") == "abz-09[@");
    CHECK(to_lower("Ä") == "Ä");
    CHECK(equals_ignoring_case("Content-TYPE", "content-type"));
    CHECK_FALSE(equals_ignoring_case("abc", "abcd"));
    CHECK_FALSE(equals_ignoring_case("[", "{"));
    CHECK_FALSE(equals_ignoring_case("@", "`"));
    CHECK(equals_ignoring_case("", ""));
}
