#include "core/base/json_reader.hpp"

#include <ostream>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

JsonReader reader_of(std::string_view body)
{
    auto reader = JsonReader::parse(body);
    REQUIRE(reader);
    return std::move(*reader);
}

/// The message after `read` has asked for what it knows; empty if there is no fault.
template <class Read>
std::string fault_of(std::string_view body, Read read)
{
    JsonReader reader = reader_of(body);
    read(reader);
    const auto finished = reader.finish();
    return finished ? "" : finished.error().message;
}

std::string parse_error(std::string_view body)
{
    const auto reader = JsonReader::parse(body);
    return reader ? "" : reader.error().code + ": " + reader.error().message;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("an object within: its faults and unknown fields carry the path")
{
    const auto read = [](std::string_view body) {
        auto reader = JsonReader::parse(body).value();
        const auto inner =
            reader.object("wanted", [](JsonReader& it) { return it.required("size", it.integer("size", 1, 9)); });
        const auto finished = reader.finish();
        if (!finished) return finished.error().message;
        return inner.value ? std::to_string(*inner.value) : std::string{inner.present ? "null" : "none"};
    };
    CHECK(read(R"({"wanted": {"size": 3}})") == "3");
    CHECK(read("{}") == "none");
    CHECK(read(R"({"wanted": null})") == "null");
    CHECK(read(R"({"wanted": []})") == "wanted must be an object");
    CHECK(read(R"({"wanted": {}})") == "wanted.size is required");
    CHECK(read(R"({"wanted": {"size": 3, "colour": 1}})") == "\"wanted.colour\" is not a known field");
}

TEST_CASE("what is no JSON object is refused with the place and without a word of the text")
{
    CHECK(parse_error("{\"password\": hunter2}") == "malformed_json: the body is not valid JSON (at byte 14)");
    CHECK(parse_error("").starts_with("malformed_json: "));
    CHECK(parse_error("{} {}").starts_with("malformed_json: "));
    CHECK(parse_error("{\"a\": \"\xFF\"}").starts_with("malformed_json: "));
    CHECK(parse_error("{\"a\": NaN}").starts_with("malformed_json: "));
    CHECK(parse_error("{\"a\": 1e999}") == "malformed_json: the JSON contains a number that is out of range");
    CHECK(parse_error("[]") == "invalid_body: the body must be a JSON object");
    CHECK(parse_error("null") == "invalid_body: the body must be a JSON object");
    CHECK(parse_error("7") == "invalid_body: the body must be a JSON object");
}

TEST_CASE("an empty body is an empty object only where that is allowed")
{
    CHECK(JsonReader::parse("", true));
    CHECK(JsonReader::parse(" \r\n", true));
    CHECK_FALSE(JsonReader::parse("  "));
    CHECK_FALSE(JsonReader::parse("x", true));
}

TEST_CASE("nesting is bounded")
{
    CHECK(parse_json(nested(20)));
    const auto deep = parse_json(nested(100'000));
    REQUIRE_FALSE(deep);
    CHECK(deep.error().message == "the JSON is nested too deeply");
    CHECK_FALSE(parse_json(std::string(100'000, '[')));
}

TEST_CASE("brackets within texts nest nothing")
{
    CHECK(parse_json("[\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"]"));
    CHECK_FALSE(parse_json("[\"\\\\\"," + nested(100) + "]"));
}

TEST_CASE("a long list of objects is read once, not once for each of them")
{
    std::string list = "[";
    for (int i = 0; i < 500'000; ++i) list += "{},";  // for minutes, if every object looked at all before it
    const auto document = parse_json(list + "{}]");
    REQUIRE(document);
    CHECK(document->size() == 500'001);
}

TEST_CASE("a field is absent, null or a value")
{
    JsonReader reader = reader_of(R"({"null": null, "text": "x"})");
    const auto absent = reader.text("absent", {});
    const auto null = reader.text("null", {});
    const auto text = reader.text("text", {});
    CHECK((!absent.present && !absent.is_null() && !absent.value));
    CHECK((null.present && null.is_null()));
    CHECK((text.present && !text.is_null() && text.value == "x"));
    CHECK(absent.value_or("other") == "other");
    CHECK(reader.finish());
}

TEST_CASE("texts")
{
    const auto name = [](JsonReader& reader) { reader.text("name", {.min = 1, .max = 5}); };
    CHECK(fault_of(R"({"name": "abcde"})", name) == "");
    CHECK(fault_of(R"({"name": "abcdef"})", name) == "name must have at most 5 characters");
    CHECK(fault_of(R"({"name": "长长长长长"})", name).empty());  // and not bytes
    CHECK(fault_of(R"({"name": "长长长长长长"})", name) == "name must have at most 5 characters");
    CHECK(fault_of(R"({"name": ""})", name) == "name must not be empty");
    CHECK(fault_of(R"({"name": 5})", name) == "name must be a string");
    CHECK(fault_of(R"({"name": ["a"]})", name) == "name must be a string");
    CHECK(fault_of(R"({"name": "a\u0000b"})", name) == "name must not contain a NUL character");
    CHECK(fault_of(R"({"name": "a\nb"})", name) == "name must not contain control characters");
    const auto lines = [](JsonReader& reader) { reader.text("lines", {.control_characters = true}); };
    CHECK(fault_of(R"({"lines": "a\nb\tc"})", lines) == "");
    CHECK(fault_of(R"({"lines": "a\u0000"})", lines) == "lines must not contain a NUL character");
}

TEST_CASE("numbers")
{
    const auto points = [](JsonReader& reader) { reader.number("points", 0); };
    CHECK(fault_of(R"({"points": 1.5})", points) == "");
    CHECK(fault_of(R"({"points": 7})", points) == "");
    CHECK(fault_of(R"({"points": -0.1})", points) == "points must be 0 or more");
    CHECK(fault_of(R"({"points": "7"})", points) == "points must be a number");
    CHECK(fault_of(R"({"points": true})", points) == "points must be a number");
    const auto hours = [](JsonReader& reader) { reader.number("hours", 1, 24); };
    CHECK(fault_of(R"({"hours": 25})", hours) == "hours must be from 1 to 24");
}

TEST_CASE("whole numbers")
{
    const auto page = [](JsonReader& reader) { reader.integer("page", 1, 1000); };
    CHECK(fault_of(R"({"page": 1})", page) == "");
    CHECK(fault_of(R"({"page": 1000})", page) == "");
    CHECK(fault_of(R"({"page": 0})", page) == "page must be from 1 to 1000");
    CHECK(fault_of(R"({"page": 1001})", page) == "page must be from 1 to 1000");
    CHECK(fault_of(R"({"page": 18446744073709551615})", page) == "page must be from 1 to 1000");
    CHECK(fault_of(R"({"page": -9223372036854775808})", page) == "page must be from 1 to 1000");
    CHECK(fault_of(R"({"page": 1.5})", page) == "page must be a whole number");
    CHECK(fault_of(R"({"page": 99999999999999999999})", page) == "page must be a whole number");
    CHECK(fault_of(R"({"page": true})", page) == "page must be a whole number");
    CHECK(fault_of(R"({"page": "1"})", page) == "page must be a whole number");
}

TEST_CASE("switches and times")
{
    const auto on = [](JsonReader& reader) { reader.boolean("on"); };
    CHECK(fault_of(R"({"on": true})", on) == "");
    CHECK(fault_of(R"({"on": 1})", on) == "on must be true or false");
    CHECK(fault_of(R"({"on": "true"})", on) == "on must be true or false");
    const auto until = [](JsonReader& reader) { reader.time("until"); };
    CHECK(fault_of(R"({"until": "2026-11-22T11:28:34Z"})", until) == "");
    CHECK(fault_of(R"({"until": null})", until) == "");
    CHECK(fault_of(R"({"until": "soon"})", until) == "until must be a time such as 2026-11-22T11:28:34Z");
    CHECK(fault_of(R"({"until": 5})", until) == "until must be a string");
}

TEST_CASE("a required field must be there and hold something")
{
    const auto email = [](JsonReader& reader) { reader.required("email", reader.text("email", {.min = 1})); };
    CHECK(fault_of(R"({"email": "a@b"})", email) == "");
    CHECK(fault_of(R"({})", email) == "email is required");
    CHECK(fault_of(R"({"email": null})", email) == "email must not be null");
    CHECK(fault_of(R"({"email": ""})", email) == "email must not be empty");
    CHECK(fault_of(R"({"email": 1})", email) == "email must be a string");
}

TEST_CASE("unknown fields are refused by name, those to be ignored are not")
{
    const auto known = [](JsonReader& reader) {
        reader.text("a", {});
        reader.ignore("id");
    };
    CHECK(fault_of(R"({"a": "x", "id": {"any": 1}})", known) == "");
    CHECK(fault_of(R"({"a": "x", "b": 1})", known) == "\"b\" is not a known field");
    CHECK(fault_of(R"({"a": 1, "b": 1})", known) == "a must be a string; \"b\" is not a known field");
    CHECK(fault_of("{\"\\u0000\\n\": 1}", known) == "\"??\" is not a known field");
    const std::string huge = fault_of("{\"" + std::string(100'000, 'x') + "\": 1}", known);
    CHECK(huge.size() < 200);
    CHECK(huge.find("xxx…") != std::string::npos);
}

TEST_CASE("all faults are told, of each field the first, of very many the first twenty")
{
    JsonReader reader = reader_of(R"({"three": 3})");
    reader.fail("one", {"field.null"});
    reader.fail("two", {"field.empty"});
    reader.fail("one", {"field.empty"});
    const auto finished = reader.finish();
    REQUIRE_FALSE(finished);
    CHECK(finished.error().code == "invalid_field");
    CHECK(finished.error().message == "one must not be null; two must not be empty; \"three\" is not a known field");
    CHECK(finished.error().reason.code == "error.several");
    REQUIRE(finished.error().each.size() == 3);
    CHECK(finished.error().each[1].message == "two must not be empty");
    CHECK(finished.error().each[2].code == "unknown_field");

    JsonReader many = reader_of("{}");
    for (int i = 0; i < 1000; ++i) many.fail("field" + std::to_string(i), {"field.null"});
    CHECK(many.finish().error().each.size() == 20);
}

TEST_CASE("lists of texts")
{
    const auto colours = [](JsonReader& reader) {
        reader.texts("colours", {.min = 1, .max = 3}, {.min = 1, .max = 5});
    };
    CHECK(fault_of(R"({"colours": ["red", "green"]})", colours) == "");
    CHECK(fault_of(R"({"colours": null})", colours) == "");
    CHECK(fault_of(R"({"colours": []})", colours) == "colours must not be empty");
    CHECK(fault_of(R"({"colours": ["a", "b", "c", "d"]})", colours) == "colours must have at most 3 items");
    CHECK(fault_of(R"({"colours": "red"})", colours) == "colours must be a list");
    CHECK(fault_of(R"({"colours": {"0": "red"}})", colours) == "colours must be a list");
    CHECK(fault_of(R"({"colours": ["red", 5]})", colours) == "colours[1] must be a string");
    CHECK(fault_of(R"({"colours": ["red", "", 5]})", colours) ==
          "colours[1] must not be empty; colours[2] must be a string");
    CHECK(fault_of(R"({"colours": ["purple"]})", colours) == "colours[0] must have at most 5 characters");

    JsonReader reader = reader_of(R"({"colours": ["red", "green"]})");
    CHECK(reader.texts("colours", {}, {}).value == std::vector<std::string>{"red", "green"});
    CHECK_FALSE(reader.texts("absent", {}, {}).present);
}

TEST_CASE("lists of objects: every item is read as an object of its own, with its place in the fault")
{
    struct Row {
        std::string name;
        std::vector<std::int64_t> cells;
    };
    const auto read_row = [](JsonReader& row) {
        const auto cells = row.objects(
            "cells", {}, [](JsonReader& cell) { return cell.required("value", cell.integer("value", 0, 9)); });
        return Row{row.required("name", row.text("name", {.min = 1})), cells.value_or({})};
    };
    const auto rows = [&](JsonReader& reader) { reader.objects("rows", {.min = 1, .max = 2}, read_row); };
    CHECK(fault_of(R"({"rows": [{"name": "a"}, {"name": "b", "cells": [{"value": 1}]}]})", rows) == "");
    CHECK(fault_of(R"({"rows": null})", rows) == "");
    CHECK(fault_of(R"({"rows": []})", rows) == "rows must not be empty");
    CHECK(fault_of(R"({"rows": {}})", rows) == "rows must be a list");
    CHECK(fault_of(R"({"rows": [{}, {}, {}]})", rows) == "rows must have at most 2 items");
    CHECK(fault_of(R"({"rows": [{"name": "a"}, "b"]})", rows) == "rows[1] must be an object");
    CHECK(fault_of(R"({"rows": [{"name": "a"}, {}]})", rows) == "rows[1].name is required");
    CHECK(fault_of(R"({"rows": [{"name": "a", "x": 1}]})", rows) == "\"rows[0].x\" is not a known field");
    CHECK(fault_of(R"({"rows": [{"name": "a", "cells": [{"value": 1}, {"value": 10}]}]})", rows) ==
          "rows[0].cells[1].value must be from 0 to 9");
    CHECK(fault_of(R"({"rows": [{"name": 1}, {"name": ""}], "x": 1})", rows) ==
          "rows[0].name must be a string; rows[1].name must not be empty; \"x\" is not a known field");

    JsonReader reader = reader_of(R"({"rows": [{"name": "a", "cells": [{"value": 4}, {"value": 5}]}]})");
    const auto read = reader.objects("rows", {}, read_row);
    REQUIRE(read.value.has_value());
    CHECK(read.value->at(0).name == "a");
    CHECK(read.value->at(0).cells == std::vector<std::int64_t>{4, 5});
    CHECK(reader.finish());
    CHECK_FALSE(reader_of("{}").objects("rows", {}, read_row).present);
}

TEST_CASE("whether a field is there, even if null")
{
    const JsonReader reader = reader_of(R"({"a": null})");
    CHECK(reader.has("a"));
    CHECK_FALSE(reader.has("b"));
}
