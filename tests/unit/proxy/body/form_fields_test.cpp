#include "proxy/body/form_fields.hpp"

#include <doctest/doctest.h>

#include "proxy/written_form.hpp"

using namespace dreamina;

namespace {

/// The body with what `change` does to its fields.
template <class Change>
std::string changed(const std::string& written, const std::string& content_type, Change change)
{
    const auto body = std::make_shared<const Body>(written);
    FormFields fields{*body, content_type};
    change(fields);
    return Body::edited(body, fields.edits())->text();
}

std::string without(const std::string& written, const std::string& content_type, const std::vector<std::string>& names)
{
    return changed(written, content_type, [&](FormFields& fields) {
        for (const std::string& name : names) fields.remove(*fields.find(name));
    });
}

}  // namespace

TEST_CASE("the fields of a JSON object are found with their values, wherever blanks stand")
{
    const FormFields fields{
        Body{"\n{ \"a\" : \"x\\u0079\" ,\"n\":12, \"l\" : [ {\"a\":1}, \"]\" ] , \"t\": false,\"\\u006f\":{} }\n"},
        "application/json"};
    REQUIRE(fields.all().size() == 5);
    CHECK(fields.find("a")->text == "xy");
    CHECK(fields.find("n")->integer == 12);
    CHECK_FALSE(fields.find("n")->text);
    CHECK(fields.find("l")->is_list);
    CHECK(fields.find("t")->is_off);
    CHECK_FALSE(fields.find("n")->is_off);
    CHECK(fields.find("o") != nullptr);
    CHECK(fields.find("z") == nullptr);
    for (const char* other : {"[{\"a\":1}]", "\"{a}\"", "7", ""})
        CHECK(FormFields{Body{other}, "application/json"}.all().empty());
}

TEST_CASE("a number may be written as a text")
{
    CHECK(FormFields{Body{R"({"n":"2"})"}, "application/json"}.find("n")->integer == 2);
    CHECK_FALSE(FormFields{Body{R"({"n":"two"})"}, "application/json"}.find("n")->integer);
}

TEST_CASE("a value too long to be a parameter is found, but not kept")
{
    const std::string picture(100'000, 'A');
    const FormFields fields{Body{R"({"image":")" + picture + R"(","n":2})"}, "application/json"};
    REQUIRE(fields.all().size() == 2);
    CHECK_FALSE(fields.find("image")->text);
    CHECK(fields.find("n")->integer == 2);
}

TEST_CASE("an object with more members than any request is left alone")
{
    std::string body = "{\"a\":1";
    for (int i = 0; i < 1000; ++i) body += ",\"a\":1";
    CHECK(FormFields{Body{body + "}"}, "application/json"}.all().empty());
}

TEST_CASE("members go with the comma that they no longer need")
{
    const std::string body = R"({"a":1, "b":[2] ,"c":3})";
    CHECK(without(body, "application/json", {"a"}) == R"({"b":[2] ,"c":3})");
    CHECK(without(body, "application/json", {"b"}) == R"({"a":1 ,"c":3})");
    CHECK(without(body, "application/json", {"c"}) == R"({"a":1, "b":[2]})");
    CHECK(without(body, "application/json", {"a", "b"}) == R"({"c":3})");
    CHECK(without(body, "application/json", {"b", "c"}) == R"({"a":1})");
    CHECK(without(body, "application/json", {"a", "c"}) == R"({"b":[2]})");
    CHECK(without(body, "application/json", {"a", "b", "c"}) == "{}");
}

TEST_CASE("members are renamed, set, replaced by others and made lists in their place")
{
    const auto changes = [](FormFields& fields) {
        fields.set(*fields.find("model"), "a \"b\"");
        fields.replace(*fields.find("size"), {{"ratio", "16:9"}, {"resolution", "2k"}});
        fields.rename(*fields.find("image"), "images");
        fields.make_list(*fields.find("image"));
    };
    CHECK(changed(R"({"model": "x", "size":"1x1","image" : "data:,a"})", "application/json", changes) ==
          R"({"model": "a \"b\"", "ratio":"16:9","resolution":"2k","images" : ["data:,a"]})");
}

TEST_CASE("the parts of a form are changed in their place")
{
    const std::string body = form_of({form_text("model", "x"), form_text("size", "1x1"),
                                      form_file("image[]", "--b\r\n-bin\r\n--B"), part_of_form("name=user", "")});
    const FormFields fields{Body{body}, form_media_type};
    REQUIRE(fields.all().size() == 4);
    CHECK(fields.find("model")->text == "x");
    CHECK(fields.find("image[]")->is_file);
    CHECK_FALSE(fields.find("image[]")->text);
    CHECK(fields.find("user")->text == "");

    CHECK(changed(body, form_media_type,
                  [](FormFields& fields) {
                      fields.set(*fields.find("model"), "long name");
                      fields.replace(*fields.find("size"), {{"ratio", "1:1"}});
                      fields.rename(*fields.find("image[]"), "images");
                      fields.remove(*fields.find("user"));
                  }) == form_of({form_text("model", "long name"), form_text("ratio", "1:1"),
                                 form_file("images", "--b\r\n-bin\r\n--B")}));
}

TEST_CASE("a form is read alike however it comes in pieces")
{
    const std::string content(200'000, '\r');  // each of them could begin a delimiter
    const FormFields fields{Body{form_of({form_file("f", content), form_text("n", "3")})}, form_media_type};
    REQUIRE(fields.all().size() == 2);
    CHECK(fields.find("f")->value_end - fields.find("f")->value_begin == content.size());
    CHECK(fields.find("n")->integer == 3);
}

TEST_CASE("a form that readers may differ in has no fields")
{
    CHECK(FormFields{Body{"text\r\n" + form_of({form_text("a", "1")})}, form_media_type}.all().empty());
    CHECK(FormFields{Body{"--bX\r\n\r\n"}, form_media_type}.all().empty());
    CHECK(FormFields{Body{form_of({form_text("a", "1")})}, "multipart/form-data"}.all().empty());
}

TEST_CASE("the pairs of an urlencoded form are changed in their place")
{
    const std::string body = "model=a%20b&size=1x1&&n=2&user";
    CHECK(FormFields{Body{body}, "application/x-www-form-urlencoded"}.find("model")->text == "a b");
    CHECK(FormFields{Body{body}, "application/x-www-form-urlencoded"}.find("n")->integer == 2);
    CHECK(changed(body, "application/x-www-form-urlencoded", [](FormFields& fields) {
              fields.set(*fields.find("model"), "x:y");
              fields.replace(*fields.find("size"), {{"ratio", "1:1"}, {"resolution", "1k"}});
              fields.remove(*fields.find("user"));
          }) == "model=x%3Ay&ratio=1%3A1&resolution=1k&&n=2");
}
