#include "core/domain/verdict/text_pattern.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("a pattern without signs fits itself alone")
{
    CHECK(fits_pattern("", ""));
    CHECK(fits_pattern("socket hang up", "socket hang up"));
    CHECK_FALSE(fits_pattern("socket hang up", "socket hang up!"));
    CHECK_FALSE(fits_pattern("socket hang up", "a socket hang up"));
    CHECK_FALSE(fits_pattern("", "x"));
    CHECK_FALSE(fits_pattern("x", ""));
    CHECK(fits_pattern("[登录失效]: (x)", "[登录失效]: (x)"));
}

TEST_CASE("a star stands for any text, anchored at both ends")
{
    CHECK(fits_pattern("*", ""));
    CHECK(fits_pattern("*", "anything"));
    CHECK(fits_pattern("read E*", "read ECONNRESET"));
    CHECK(fits_pattern("read E*", "read E"));
    CHECK_FALSE(fits_pattern("read E*", "a read ECONNRESET"));
    CHECK(fits_pattern("*(错误码: 1015)", "[请求失败]: login error (错误码: 1015)"));
    CHECK_FALSE(fits_pattern("*(错误码: 1015)", "(错误码: 1015) and more"));
    CHECK(fits_pattern("a*b*c", "a-b-b-c-c"));
    CHECK(fits_pattern("a*b*c", "abc"));
    CHECK_FALSE(fits_pattern("a*b*c", "acb"));
    CHECK_FALSE(fits_pattern("ab*ba", "aba"));  // the same letter is not taken twice
    CHECK(fits_pattern("**x**", "x"));
    CHECK(fits_pattern("*x", "xx"));
    CHECK_FALSE(fits_pattern("*x*", "y"));
}

TEST_CASE("a # stands for one or more digits, as far as they go")
{
    CHECK(fits_pattern("timeout of #ms exceeded", "timeout of 45000ms exceeded"));
    CHECK_FALSE(fits_pattern("timeout of #ms exceeded", "timeout of ms exceeded"));
    CHECK_FALSE(fits_pattern("timeout of #ms exceeded", "timeout of 4x5ms exceeded"));
    CHECK(fits_pattern("code #", "code 404"));
    CHECK_FALSE(fits_pattern("code #", "code 404 "));
    CHECK(fits_pattern("*#", "a1b22"));
    CHECK_FALSE(fits_pattern("*#", "a1b"));
    CHECK_FALSE(fits_pattern("#0", "10"));
    CHECK(fits_pattern("*: #，*", "状态码: 30，错误码: 2038"));
}

TEST_CASE("the beginning that a pattern takes")
{
    CHECK(length_of_beginning("", "x") == 0);
    CHECK(length_of_beginning("a#: ", "a12: rest") == 5);
    CHECK_FALSE(length_of_beginning("a#: ", "a: rest"));
    CHECK_FALSE(length_of_beginning("abc", "ab"));
}

TEST_CASE("no text makes a pattern slow")
{
    const std::string text(8192, 'a');
    std::string pattern;
    for (int i = 0; i < 100; ++i) pattern += "*a";
    pattern += "b";
    const auto began = std::chrono::steady_clock::now();
    CHECK_FALSE(fits_pattern(pattern, text));
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds{5});
}
