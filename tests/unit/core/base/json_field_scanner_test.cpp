#include "core/base/json_field_scanner.hpp"

#include <limits>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

using Text = std::optional<std::string>;
using Number = std::optional<std::int64_t>;

JsonFieldScanner scan(std::string_view json, std::size_t longest = 1024)
{
    JsonFieldScanner scanner{{"model", "code"}, longest};
    scanner.feed(json);
    return scanner;
}

/// Fed in two pieces for every place to cut, and byte by byte: what is found must not depend on it.
void check_every_split(std::string_view json, const Text& model, const Number& code)
{
    for (std::size_t cut = 0; cut <= json.size(); ++cut) {
        JsonFieldScanner scanner{{"model", "code"}};
        scanner.feed(json.substr(0, cut));
        scanner.feed(json.substr(cut));
        CAPTURE(cut);
        CHECK(scanner.text("model") == model);
        CHECK(scanner.integer("code") == code);
    }
    JsonFieldScanner scanner{{"model", "code"}};
    for (const char c : json) scanner.feed({&c, 1});
    CHECK(scanner.text("model") == model);
    CHECK(scanner.integer("code") == code);
}

}  // namespace

TEST_CASE("fields are found at the top level, wherever the bytes are split")
{
    struct Row {
        std::string name;
        std::string json;
        Text model;
        Number code;
    };
    const Row rows[] = {
        {"the field alone", R"({"model":"jimeng-4.0"})", "jimeng-4.0", {}},
        {"blanks everywhere", "\n{ \t\"model\" :\r\n \"a\" , \"code\" : -2001 }", "a", -2001},
        {"a number at the very end", R"({"code":17})", {}, 17},
        {"the key escaped", R"({"\u006dodel":"a"})", "a", {}},
        {"the value escaped", R"({"model":"a\"b\\\u00e4\n"})", "a\"b\\ä\n", {}},
        {"a surrogate pair", R"({"model":"\ud83d\ude00"})", "😀", {}},
        {"UTF-8 as it is", R"({"model":"即梦","code":1})", "即梦", 1},
        {"in a nested object only", R"({"options":{"model":"no","code":1}})", {}, {}},
        {"nested before it", R"({"options":{"model":"no","a":[{"model":"no"}]},"model":"yes"})", "yes", {}},
        {"nested after it", R"({"model":"yes","options":{"model":"no","code":3},"x":[1,{"code":4}]})", "yes", {}},
        {"twice: the last", R"({"model":"first","code":1,"model":"last","code":2})", "last", 2},
        {"twice, the last no text", R"({"model":"first","model":7})", {}, {}},
        {"twice, the last an object", R"({"model":"first","model":{"a":1}})", {}, {}},
        {"brackets in strings", R"({"a":"}]{[","b":"\"}","model":"a{b}[c]"})", "a{b}[c]", {}},
        {"a key's name as a value", R"({"a":"model","b":"x"})", {}, {}},
        {"an escaped backslash ends the string", R"({"a":"\\","model":"x"})", "x", {}},
        {"longer and shorter keys", R"({"models":"x","mode":"y","":"z"})", {}, {}},
        {"the case counts", R"({"Model":"x"})", {}, {}},
        {"an array inside", R"({"a":["model","x",["code",3]],"model":"y"})", "y", {}},
        {"an empty text", R"({"model":""})", "", {}},
        {"nothing at all", "", {}, {}},
        {"an empty object", "{}", {}, {}},
        {"an array at the top", R"(["model","x","code",5])", {}, {}},
        {"an array of objects at the top", R"([{"model":"x","code":5}])", {}, {}},
        {"a text at the top", R"("model")", {}, {}},
        {"a number at the top", "5", {}, {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        check_every_split(row.json, row.model, row.code);
    }
}

TEST_CASE("a whole number is a number, and nothing else is")
{
    struct Row {
        std::string value;
        Number number;
    };
    const Row rows[] = {
        {"0", 0},
        {"-1", -1},
        {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
        {"9223372036854775808", {}},
        {"1.5", {}},
        {"1e3", {}},
        {"true", {}},
        {"null", {}},
        {"\"12\"", {}},
        {"[12]", {}},
        {"{\"code\":12}", {}},
        {"", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        CHECK(scan(std::string{"{\"code\":"} + row.value + "}").integer("code") == row.number);
    }
    CHECK_FALSE(scan(R"({"code":12})").text("code"));
    CHECK_FALSE(scan(R"({"model":"a"})").integer("model"));
}

TEST_CASE("malformed JSON gives what can be found and never more")
{
    struct Row {
        std::string name;
        std::string json;
        Text model;
    };
    const Row rows[] = {
        {"cut after the value", R"({"model":"a","b")", "a"},
        {"cut inside the value", R"({"model":"a)", {}},
        {"cut after the colon", R"({"model":)", {}},
        {"no closing brace", R"({"model":"a")", "a"},
        {"a wrong escape in the value", R"({"model":"\q"})", {}},
        {"a lone surrogate", R"({"model":"\ud83d"})", {}},
        {"invalid UTF-8 in the value", "{\"model\":\"\xC3\x28\"}", {}},
        {"a raw line break in the value", "{\"model\":\"a\nb\"}", {}},
        {"a wrong escape in another key", R"({"\q":1,"model":"a"})", "a"},
        {"a comma behind the last", R"({"model":"a",})", "a"},
        {"closing brackets first", R"(]}{"model":"a"})", {}},
        {"only brackets", "}}}}]]]]{{{{[[[[", {}},
        {"a NUL byte", std::string{"{\"model\":\"a\"\0}", 14}, "a"},
        {"not JSON", "model=a", {}},
        {"a BOM", "\xEF\xBB\xBF{\"model\":\"a\"}", "a"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        check_every_split(row.json, row.model, {});
    }
}

TEST_CASE("a huge string before the field is passed over")
{
    std::string json = R"({"image":")";
    json.append(5 * 1024 * 1024, 'A');
    json += R"(\"","model":"behind it"})";
    JsonFieldScanner scanner{{"model"}};
    constexpr std::size_t piece = 64 * 1024;
    for (std::size_t at = 0; at < json.size(); at += piece) scanner.feed(std::string_view{json}.substr(at, piece));
    CHECK(scanner.text("model") == "behind it");
}

TEST_CASE("a value that is too long is cut, at a character's end")
{
    CHECK(scan(R"({"model":"0123456789"})", 8).text("model") == "01234567");
    CHECK(scan(R"({"model":"012345即"})", 8).text("model") == "012345");
    CHECK(scan(R"({"model":"0123\u00e4"})", 8).text("model") == "0123");
    CHECK(scan(R"({"model":"0123456\\c"})", 8).text("model") == "0123456");
    CHECK(scan(R"({"model":"a\ud83d\ude00"})", 12).text("model") == "a");

    // Wherever the cut falls, what an upstream says at the start of a long message is still read.
    std::string message = "积分不足";
    while (message.size() < 3000) message += "，请";
    for (std::size_t longest = 1000; longest < 1010; ++longest) {
        const auto text = scan(R"({"model":")" + message + R"("})", longest).text("model");
        REQUIRE(text.has_value());
        CHECK(text->starts_with("积分不足"));
        CHECK(text->size() > longest - 4);
    }
}

TEST_CASE("a number or a key that is too long is none, where its start would be another one")
{
    CHECK_FALSE(scan(R"({"code":12345})", 3).integer("code"));
    CHECK(scan(R"({"code":12345})", 5).integer("code") == 12345);
    CHECK_FALSE(scan(R"({"modelX":"a"})", 5).text("model"));
    // The limit is of values: what is asked for is found however its key is written.
    CHECK(scan(R"({"model":"abc"})", 3).text("model") == "abc");
    CHECK(scan(R"({"\u006d\u006f\u0064\u0065\u006c":"abc"})", 3).text("model") == "abc");
}

TEST_CASE("a text that is as long as allowed is whole, so a wrong escape in it is none of the limit's")
{
    CHECK_FALSE(scan(R"({"model":"aaaa\q"})", 6).text("model"));
    CHECK(scan(R"({"model":"aaaa\n"})", 6).text("model") == "aaaa\n");
}

TEST_CASE("a name that was not asked for is not there")
{
    const auto scanner = scan(R"({"model":"a","other":"b"})");
    CHECK_FALSE(scanner.text("other"));
    CHECK_FALSE(scanner.integer("other"));
}

TEST_CASE("whether a list is empty, wherever the bytes are split")
{
    struct Row {
        std::string json;
        bool empty;
    };
    const Row rows[] = {
        {R"({"data":[]})", true},
        {"{\"created\":1,\"data\" : [ \r\n\t] ,\"usage\":{}}", true},
        {R"({"data":[1]})", false},
        {R"({"data":[""]})", false},
        {R"({"data":[{}]})", false},
        {R"({"data":[[]]})", false},
        {R"({"data":[null]})", false},
        {R"({"data":{}})", false},
        {R"({"data":null})", false},
        {R"({"data":"[]"})", false},
        {R"({"other":[],"data":[1]})", false},
        {R"({"x":{"data":[]}})", false},
        {R"({"data":[],"data":[1]})", false},
        {R"({"data":[1],"data":[]})", true},
        {R"({"data":[)", false},
        {"{}", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.json);
        for (std::size_t cut = 0; cut <= row.json.size(); ++cut) {
            JsonFieldScanner scanner{{"data"}};
            scanner.feed(std::string_view{row.json}.substr(0, cut));
            scanner.feed(std::string_view{row.json}.substr(cut));
            CHECK(scanner.is_empty_list("data") == row.empty);
            CHECK_FALSE(scanner.integer("data"));
        }
    }
}
