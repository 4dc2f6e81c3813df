#include "generate/json_layout.hpp"

#include <doctest/doctest.h>

#include "api/system/openapi.hpp"

using namespace dreamina;

namespace {

std::string laid_out_again(std::string_view text) { return lay_out(OrderedJson::parse(text)); }

}  // namespace

TEST_CASE("what fits into 120 columns stands on one line, in the order in which it was written")
{
    CHECK(laid_out_again(R"({"b": [1, 2.5, true, null], "a": {}, "c": []})") ==
          "{ \"b\": [1, 2.5, true, null], \"a\": {}, \"c\": [] }\n");
    const std::string widest = "{ \"a\": [\"" + std::string(107, 'x') + "\"] }\n";
    REQUIRE(widest.size() == 121);
    CHECK(laid_out_again(widest) == widest);
}

TEST_CASE("one column more breaks the line")
{
    const std::string word(108, 'x');
    CHECK(laid_out_again("{\"a\": [\"" + word + "\"]}") == "{\n  \"a\": [\"" + word + "\"]\n}\n");
}

TEST_CASE("the comma behind an element counts")
{
    const std::string word(101, 'x');
    CHECK(laid_out_again("{\"a\": {\"b\": \"" + word + "\"}, \"c\": 1}") ==
          "{\n  \"a\": { \"b\": \"" + word + "\" },\n  \"c\": 1\n}\n");
    CHECK(laid_out_again("{\"a\": {\"bb\": \"" + word + "\"}, \"c\": 1}") ==
          "{\n  \"a\": {\n    \"bb\": \"" + word + "\"\n  },\n  \"c\": 1\n}\n");
    CHECK(laid_out_again("{\"c\": 1, \"a\": {\"bb\": \"" + word + "\"}}") ==
          "{\n  \"c\": 1,\n  \"a\": { \"bb\": \"" + word + "\" }\n}\n");
}

TEST_CASE("a long list of strings fills its lines; any other long list has a line per element")
{
    const std::string word = "\"" + std::string(38, 'x') + "\"";
    const std::string words = word + ", " + word + ", " + word + ", " + word;
    CHECK(laid_out_again("[" + words + "]") == "[\n  " + word + ", " + word + ",\n  " + word + ", " + word + "\n]\n");
    CHECK(laid_out_again("[" + words + ", 1]") ==
          "[\n  " + word + ",\n  " + word + ",\n  " + word + ",\n  " + word + ",\n  1\n]\n");
}

TEST_CASE("a letter beyond ASCII takes one column and is not escaped")
{
    std::string word;
    for (int i = 0; i < 106; ++i) word += "é";
    const std::string widest = "{ \"a\": [\"" + word + "\"] }\n";
    CHECK(laid_out_again(widest) == widest);
}

TEST_CASE("openapi.json is in this layout")
{
    // Not the texts themselves, which have thousands of lines.
    const bool is_laid_out = laid_out_again(openapi_text()) == openapi_text();
    CHECK_MESSAGE(is_laid_out, "openapi.json is laid out otherwise: build the target \"generated\"");
}
