#include "core/clients/error_text.hpp"

#include <doctest/doctest.h>

#include "core/base/text.hpp"

using namespace dreamina;

TEST_CASE("words of another program are shown without the secrets in them")
{
    struct Row {
        const char* theirs;
        const char* shown;
    };
    const Row rows[] = {
        {"login failed", "login failed"},
        {"", ""},
        {"  two\nlines\t", "two lines"},
        {"wrong: hunter2 for a@b.c", "wrong: … for a@b.c"},
        {"hunter2hunter2", "……"},
        {"cannot use http://user:p/w@host:1/x now", "cannot use http://…@host:1/x now"},
        {"see https://host/path@2", "see https://…@2"},
        {"see https://host/path", "see https://host/path"},
        {"password=abc, next", "password=…, next"},
        {"{'password': 'a b', 'x': 1}", "{'password': '…', 'x': 1}"},
        {"{\"Session_ID\": \"abc\"}", "{\"Session_ID\": \"…\"}"},
        {"Authorization: Bearer abc", "Authorization: … …"},
        {"the password is wrong", "the password is wrong"},
        {"session 0123456789abcdef0123456789abcdef ended", "session 0123… ended"},
        {"Token已失效，请重新登录", "Token已失效，请重新登录"},
        {"\xff broken", "(words that cannot be shown)"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.theirs);
        CHECK(sanitized_error_text(row.theirs, {"hunter2", "", "hunter"}) == row.shown);
    }
}

TEST_CASE("long words are cut at the end of a character")
{
    std::string theirs;
    for (int i = 0; i < 100; ++i) theirs += "登录";
    for (int shift = 0; shift < 3; ++shift, theirs.insert(0, 1, 'x')) {
        const std::string shown = sanitized_error_text(theirs);
        CHECK(shown.size() <= 200);
        CHECK(shown.size() > 190);
        CHECK(is_valid_utf8(shown));
        CHECK(shown.ends_with("…"));
    }
    CHECK(sanitized_error_text(std::string(200, ' ') + "end") == "end");
    CHECK(sanitized_error_text(std::string(70'000, 'x')) == "(words that cannot be shown)");
}
