#include "proxy/answer/data_limit.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

/// In pieces of every size.
std::string limited(const std::string& text, std::int64_t max_items)
{
    std::string whole = DataLimit{max_items}.feed(text);
    for (std::size_t size = 1; size < text.size(); ++size) {
        DataLimit limit{max_items};
        std::string put_together;
        for (std::size_t at = 0; at < text.size(); at += size)
            put_together += limit.feed(std::string_view{text}.substr(at, size));
        REQUIRE(put_together == whole);
    }
    return whole;
}

}  // namespace

TEST_CASE("the list holds as many elements as were asked for, and the answer stays JSON")
{
    const std::string answer = R"({"created":1,"data":[{"url":"a,]"},{"url":"b"},{"url":"\"],"}],"data2":[1,2,3]})";
    CHECK(limited(answer, 1) == R"({"created":1,"data":[{"url":"a,]"}],"data2":[1,2,3]})");
    CHECK(limited(answer, 2) == R"({"created":1,"data":[{"url":"a,]"},{"url":"b"}],"data2":[1,2,3]})");
    CHECK(limited(answer, 3) == answer);
    CHECK(limited(answer, 9) == answer);
}

TEST_CASE("another list, or one deeper in the answer, is none of its business")
{
    for (const char* answer : {R"({"data":[],"x":[1,2]})", R"({"x":"data","y":[1,2]})", R"([1,2,3])",
                               R"({"a":{"data":[1,2]}})", R"({"data":{"data":[1,2]}})", R"({"data":null})"})
        CHECK(limited(answer, 1) == answer);
}
