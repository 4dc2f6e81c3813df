#include "generate/openapi_file.hpp"

#include <set>

#include <doctest/doctest.h>

#include "api/system/openapi.hpp"

using namespace dreamina;

namespace {

const std::vector<GeneratedMember> colors{{"/schemas/Color", "enum", {"red", "green"}}};

std::string renewed_text(std::string_view present, const std::vector<GeneratedMember>& members = colors)
{
    const auto text = renewed_openapi(present, members);
    REQUIRE_MESSAGE(text.has_value(), text.error().message);
    return *text;
}

std::string openapi_fault(std::string_view present)
{
    const auto text = renewed_openapi(present, colors);
    REQUIRE(!text.has_value());
    CHECK(text.error().code == "invalid_openapi");
    return text.error().message;
}

}  // namespace

TEST_CASE("a generated member is replaced and named; what people wrote stays where it is")
{
    CHECK(
        renewed_text(
            R"({"schemas": {"Size": {"enum": [1]}, "Color": {"type": "string", "enum": ["blue"], "deprecated": true}}})") ==
        "{\n"
        "  \"schemas\": {\n"
        "    \"Size\": { \"enum\": [1] },\n"
        "    \"Color\": { \"type\": \"string\", \"x-generated\": \"enum\", \"enum\": [\"red\", \"green\"], "
        "\"deprecated\": true }\n"
        "  }\n"
        "}\n");
}

TEST_CASE("a member that is not there yet is added")
{
    CHECK(renewed_text(R"({"schemas": {"Color": {"type": "string"}}})") ==
          "{ \"schemas\": { \"Color\": { \"type\": \"string\", \"x-generated\": \"enum\", \"enum\": [\"red\", "
          "\"green\"] } } }\n");
}

TEST_CASE("a second run changes nothing")
{
    const std::string once = renewed_text(R"({"schemas": {"Color": {"enum": [], "type": "string"}}})");
    CHECK(renewed_text(once) == once);
}

TEST_CASE("what is no longer generated loses its mark and keeps its value")
{
    const std::string once = renewed_text(R"({"schemas": {"Color": {"type": "string"}}})");
    CHECK(renewed_text(once, {}) == R"({ "schemas": { "Color": { "type": "string", "enum": ["red", "green"] } } })"
                                    "\n");
}

TEST_CASE("an object that is missing is named")
{
    CHECK(openapi_fault(R"({"schemas": {}})") ==
          "there is no object /schemas/Color for the generated \"enum\"; add it with a type and a description");
    CHECK(openapi_fault(R"({"schemas": {"Color": "red"}})").starts_with("there is no object /schemas/Color "));
}

TEST_CASE("a file that is no JSON is refused with the place of the fault")
{
    CHECK(openapi_fault("{\n  \"schemas\": {,}\n}").find("line 2, column 15") != std::string::npos);
}

TEST_CASE("the mark names all generated members of an object")
{
    const std::vector<GeneratedMember> two{{"/schemas/Color", "enum", {"red"}}, {"/schemas/Color", "type", "string"}};
    const std::string once = renewed_text(R"({"schemas": {"Color": {"type": "old", "enum": []}}})", two);
    CHECK(once == R"({ "schemas": { "Color": { "type": "string", "x-generated": "enum, type", "enum": ["red"] } } })"
                  "\n");
    CHECK(renewed_text(once, two) == once);
    std::set<std::pair<std::string, std::string>> members;
    for (const GeneratedMember& each : generated_members())
        CHECK_MESSAGE(members.insert({each.object, each.member}).second, each.object);
}

TEST_CASE("openapi.json is as the target \"generated\" writes it")
{
    // Not the texts themselves, which have thousands of lines.
    const bool is_current = renewed_text(openapi_text(), generated_members()) == openapi_text();
    CHECK_MESSAGE(is_current, "openapi.json is stale: build the target \"generated\"");
}
