#include "core/base/json_text.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("what stands between a string's quotes, with and without escapes")
{
    CHECK(read_json_text("") == "");
    CHECK(read_json_text("jimeng-4.0 ~!") == "jimeng-4.0 ~!");
    CHECK(read_json_text("字") == "字");
    CHECK(read_json_text("\x7f") == "\x7f");
    CHECK(read_json_text(R"(a\"b\\c\n\u5b57)") == "a\"b\\c\n字");
}

TEST_CASE("what is no string is none")
{
    for (const char* raw : {"a\"b", "a\nb", "a\tb", R"(\x)", R"(\)", R"(\ud83d)", "\xff", "\xc3"}) {
        CAPTURE(raw);
        CHECK_FALSE(read_json_text(raw));
    }
}

TEST_CASE("of a string that was cut, what is whole of it")
{
    CHECK(read_cut_json_text(R"(ab\u5b)") == "ab");
    CHECK(read_cut_json_text(R"(ab\)") == "ab");
    CHECK(read_cut_json_text("ab\xe5\xad") == "ab");
    CHECK(read_cut_json_text("ab") == "ab");
}
