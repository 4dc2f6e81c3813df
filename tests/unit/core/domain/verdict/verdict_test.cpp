#include "core/domain/verdict/verdict.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("every verdict has a word of its own")
{
    std::set<std::string_view> words;
    for (const Verdict verdict : all_verdicts) {
        words.insert(to_string(verdict));
        CHECK(parse_verdict(to_string(verdict)) == verdict);
    }
    CHECK(words.size() == std::size(all_verdicts));
    CHECK(std::size(all_verdicts) == static_cast<std::size_t>(Verdict::not_an_upstream) + 1);
    CHECK_FALSE(words.contains("unknown"));
}

TEST_CASE("whose answer it is: what only one of them writes counts before what was found out")
{
    constexpr auto a = UpstreamKind::jimeng_api;
    constexpr auto b = UpstreamKind::jimeng_api_go;
    CHECK(writer_of({.status = 200, .code = -2001, .upstream = b}) == a);
    CHECK(writer_of({.status = 500, .error = "[API_REQUEST_FAILED] x", .upstream = a}) == b);
    CHECK(writer_of({.status = 500, .error = "x", .upstream = a}) == a);
    CHECK(writer_of({.status = 500, .error = "x"}) == UpstreamKind::unknown);
    CHECK(writer_of({.status = 500, .error = "[登录失效] x", .upstream = a}) == a);
    CHECK(writer_of({.status = 500, .error = "[] x", .upstream = a}) == a);
    CHECK(writer_of({.status = 500, .error = "[API_X", .upstream = a}) == a);
    CHECK(writer_of({.status = 200, .code = 0, .upstream = b}) == b);
}
