#include "base/inflate.hpp"

#include <doctest/doctest.h>

#include "gzipped_text.hpp"

using namespace dreamina;

TEST_CASE("a gzip stream is read") { CHECK(inflate_start(gzipped, 100) == R"({"code":-2002})"); }

TEST_CASE("of a stream that has come in part, what it holds so far is read")
{
    CHECK(inflate_start(gzipped.substr(0, gzipped.size() - 9), 100).starts_with(R"({"code)"));
}

TEST_CASE("no more is unpacked than asked for, and nothing of what is no such stream")
{
    CHECK(inflate_start(gzipped, 6) == R"({"code)");
    CHECK(inflate_start("{\"code\":-2002}", 100).empty());
    CHECK(inflate_start("", 100).empty());
}
