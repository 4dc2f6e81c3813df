#include "proxy/body/model_reading.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <random>

#include <doctest/doctest.h>

#include "properties/model_readings.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

using Text = std::optional<std::string>;
using State = ModelReading::State;

const std::string form_type = "multipart/form-data; boundary=x";
const std::string urlencoded_type = "application/x-www-form-urlencoded";
const std::string json_type = "application/json";

std::string form_part(const std::string& headers, const std::string& value)
{
    return "--x\r\n" + headers + "\r\n\r\n" + value + "\r\n";
}
std::string field_part(const std::string& name, const std::string& value)
{
    return form_part("Content-Disposition: form-data; name=\"" + name + "\"", value);
}
std::string form(const std::string& value) { return field_part("model", value) + "--x--\r\n"; }

ModelReading reading_in(const std::string& body, const std::string& type) { return read_model(Body{body}, type); }

Text name_in(const std::string& body, const std::string& type)
{
    const ModelReading reading = reading_in(body, type);
    return reading.state == State::named ? Text{reading.name} : Text{};
}

}  // namespace

TEST_CASE("the model is read as the type says")
{
    struct Row {
        std::string name;
        std::string type;
        std::string body;
        Text model;
    };
    const Row rows[] = {
        {"JSON", json_type, R"({"model":"a"})", "a"},
        {"JSON with a charset", "application/json; charset=utf-8", R"({"model":"a"})", "a"},
        {"JSON under no type", "", R"({"model":"a"})", "a"},
        {"JSON under another type", "text/plain", R"({"model":"a"})", "a"},
        {"a form", form_type, form("a"), "a"},
        {"a form with blanks about the value", form_type, form(" a\r\n"), "a"},
        {"an empty field of a form", form_type, form(""), {}},
        {"a form under JSON's type", json_type, form("a"), {}},
        {"JSON under a form's type", form_type, R"({"model":"a"})", {}},
        {"a form without a boundary", "multipart/form-data", form("a"), {}},
        {"an urlencoded form", urlencoded_type, "prompt=x&model=a%2B+b", "a+ b"},
        {"an urlencoded form of one field", urlencoded_type + "; charset=utf-8", "model=a", "a"},
        {"an urlencoded form without a model", urlencoded_type, "prompt=model%3Da", {}},
        {"JSON under an urlencoded form's type", urlencoded_type, R"({"model":"a"})", "a"},
        {"a number", json_type, R"({"model":4})", {}},
        {"no model", json_type, R"({"prompt":"a"})", {}},
        {"nothing", json_type, "", {}},
        {"nothing, form", form_type, "", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(name_in(row.body, row.type) == row.model);
    }
}

TEST_CASE("a body without a model is told from one whose model cannot be read")
{
    for (const std::string body : {"{}", R"({"prompt":"a"})", R"({"model":null})", R"({"model":""})", "null"}) {
        CAPTURE(body);
        CHECK(reading_in(body, json_type).state == State::missing);
        CHECK(reading_in(body, json_type).doubt.empty());
    }
    CHECK(reading_in(form(""), form_type).state == State::missing);
    CHECK(reading_in(field_part("prompt", "x") + "--x--", form_type).state == State::missing);
    CHECK(reading_in("prompt=x", urlencoded_type).state == State::missing);
    CHECK(reading_in("", json_type).state == State::missing);

    for (const std::string body :
         {R"({"model":4})", R"({"model":["a"]})", R"(["model","a"])", "\"model\"", "{", "{model"}) {
        CAPTURE(body);
        CHECK(reading_in(body, json_type).state == State::unreadable);
    }
    CHECK(reading_in(form(std::string(2000, 'a')), form_type).state == State::unreadable);
    CHECK(reading_in("model=" + std::string(9000, 'a'), urlencoded_type).state == State::unreadable);
}

TEST_CASE("what jimeng-api takes although it is no JSON counts as what it takes")
{
    struct Row {
        std::string name;
        std::string body;
        std::string model;
    };
    const Row rows[] = {
        {"single quotes", "{'prompt': 'a', 'model': 'b'}", "b"},
        {"bare names", R"({prompt: "a", model: "b"})", "b"},
        {"bare names and single quotes", "{ model : 'b',\n prompt : 'a' }", "b"},
        {"a comma too many", R"({"model": "b", "sizes": [1, 2,], })", "b"},
        {"commas side by side", R"({"model": "b",, "prompt": "a"})", "b"},
        {"an apostrophe beside a comma too many", R"({"prompt": "it's, model", "model": "b",})", "b"},
        {"blanks of other kinds", "\xEF\xBB\xBF{\xC2\xA0\"model\"\xE2\x80\x83:\xE2\x80\x8B\"b\"}", "b"},
        {"a mark within the field's name",
         "{\"mo\xEF\xBB\xBF"
         "del\": \"b\", }",
         "b"},
        {"the last of two", "{'model': 'a', 'model': 'b'}", "b"},
        {"behind nested ones", "{'x': {'model': 'a'}, 'y': [{model: 'a'}], 'model': 'b'}", "b"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const ModelReading reading = reading_in(row.body, json_type);
        CHECK(reading.name == row.model);
        CHECK_FALSE(reading.doubt.empty());
    }
    CHECK(reading_in("{'model': 'b'}", "text/plain").state ==
          State::unreadable);  // under another type it is not repaired
}

TEST_CASE("of names in several cases, of several texts and of several fields the one counts that an upstream takes")
{
    CHECK(reading_in(R"({"model":"a","model":"b"})", json_type).name == "b");
    CHECK(reading_in(R"({"Model":"b"})", json_type).name == "b");
    CHECK(reading_in(R"({"model":"a","MODEL":"b"})", json_type).name == "a");
    CHECK(reading_in(R"({"model":"a"} {"model":"b"})", json_type).name == "a");
    CHECK(reading_in(R"({"model":"a"}, and more)", "").name == "a");
    CHECK(reading_in(field_part("model", "a") + form("b"), form_type).name == "a");
    CHECK(reading_in("model=a&model=b", urlencoded_type).name == "a");
}

TEST_CASE("whatever two programs could read in two ways is doubted, with the reason")
{
    struct Row {
        std::string name;
        std::string type;
        std::string body;
        std::string_view word;
    };
    const std::string model_part = "Content-Disposition: form-data; name=\"model\"";
    std::string many_pairs;
    for (int i = 0; i < 1000; ++i) many_pairs += "a=b&";
    const Row rows[] = {
        {"named twice", json_type, R"({"model":"a","model":"a"})", "more than once"},
        {"named in two cases", json_type, R"({"model":"a","Model":"b"})", "more than once"},
        {"named in another case", json_type, R"({"MODEL":"a"})", "to the letter"},
        {"named with a mark that one drops", json_type,
         "{\"mo\xEF\xBB\xBF"
         "del\":\"a\"}",
         "to the letter"},
        {"a text with a mark that one drops", json_type,
         "{\"model\":\"a\xEF\xBB\xBF"
         "b\"}",
         "characters"},
        {"a text with a comma that one drops", json_type, R"({"model":"a, }"})", "characters"},
        {"single quotes", json_type, "{'model':'a'}", "not valid JSON"},
        {"bare names", json_type, "{model:\"a\"}", "not valid JSON"},
        {"a comma too many", json_type, R"({"model":"a",})", "not valid JSON"},
        {"cut", json_type, R"({"model":"a")", "not valid JSON"},
        {"cut, under no type", "", R"({"model":"a")", "not valid JSON"},
        {"no JSON at all", json_type, "model=a", "not valid JSON"},
        {"a byte order mark", json_type, "\xEF\xBB\xBF{\"model\":\"a\"}", "not valid JSON"},
        {"a control character", json_type, "{\"model\":\"a\",\"prompt\":\"a\nb\"}", "not valid JSON"},
        {"a wrong escape", json_type, R"({"model":"a","prompt":"\x"})", "not valid JSON"},
        {"a wrong number", json_type, R"({"model":"a","n":01})", "not valid JSON"},
        {"two values", json_type, R"({"model":"a"}{"model":"b"})", "more in it"},
        {"deeper than one of them reads", json_type,
         R"({"model":"a","x":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}", "not valid JSON"},
        {"a name that is too long to be read", json_type, "{\"" + std::string(2000, 'm') + "\":1}", "1,024 bytes"},
        {"JSON as a form", urlencoded_type, R"({"model":"a"})", "says that it is a form"},
        {"JSON with a form in it", urlencoded_type, R"({"model":"a","prompt":"&model=b&prompt=c"})", "is a form"},
        {"twice in a form", urlencoded_type, "model=a&model=a", "more than once"},
        {"a list in a form", urlencoded_type, "model[]=a", "every program reads a form"},
        {"in brackets", urlencoded_type, "[model]=a", "every program reads a form"},
        {"broken escapes", urlencoded_type, "model=a%zz", "every program reads a form"},
        {"behind a thousand fields", urlencoded_type, many_pairs + "model=a", "every program reads a form"},
        {"blanks about the name", urlencoded_type, "model=+a", "characters"},
        {"two fields", form_type, field_part("model", "a") + form("b"), "more than once"},
        {"two fields in two cases", form_type, field_part("Model", "a") + form("b"), "more than once"},
        {"a field and a file", form_type, form_part(model_part + "; filename=\"a\"", "a") + form("b"),
         "more than once"},
        {"a file", form_type, form_part(model_part + "; filename=\"\"", "a") + "--x--", "every program"},
        {"a field with a type", form_type, form_part(model_part + "\r\nContent-Type: text/plain", "a") + "--x--",
         "every program"},
        {"an encoded field", form_type,
         form_part(model_part + "\r\nContent-Transfer-Encoding: quoted-printable", "=61") + "--x--", "every program"},
        {"two dispositions", form_type,
         form_part("Content-Disposition: form-data; name=\"x\"\r\n" + model_part, "a") + "--x--", "every program"},
        {"the name behind another parameter", form_type,
         form_part("Content-Disposition: form-data; x=\" name=\"; name=\"model\"", "a") + "--x--", "every program"},
        {"an extended name", form_type, form_part("Content-Disposition: form-data; name*=utf-8''model", "a") + "--x--",
         "every program"},
        {"a folded header", form_type, form_part("Content-Disposition: form-data;\r\n name=\"model\"", "a") + "--x--",
         "every program"},
        {"text before the form", form_type, "{\"model\":\"b\"}\r\n" + form("a"), "every program"},
        {"text behind the form", form_type, form("a") + form("b"), "every program"},
        {"no end", form_type, field_part("model", "a") + "--x\r\n", "every program"},
        {"lines that end otherwise", form_type, "--x\nContent-Disposition: form-data; name=\"model\"\n\na\n--x--\n",
         "every program"},
        {"nearly a delimiter", form_type, field_part("prompt", "a\r\n--xy") + form("a"), "every program"},
        {"two boundaries", "multipart/form-data; boundary=x; boundary=y", form("a"), "Content-Type"},
        {"a boundary in a text", "multipart/form-data; a=\"boundary=y\"; boundary=x", form("a"), "Content-Type"},
        {"another multipart type", "multipart/mixed; boundary=x", form("a"), "Content-Type"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(reading_in(row.body, row.type).doubt.find(row.word) != std::string_view::npos);
    }
}

TEST_CASE("what clients' libraries send is not doubted")
{
    struct Row {
        std::string name;
        std::string type;
        std::string body;
    };
    const std::string file =
        "--x\r\nContent-Disposition: form-data; name=\"images\"; filename=\"a \\\"b\\\".png\"\r\n"
        "Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n--\r\n";
    const Row rows[] = {
        {"JSON", json_type,
         "{\n  \"prompt\" : \"\xE5\x8D\xB3 \\u5373 it's 1, 2\", \"n\": -1.5e+3, \"model\": \"a\"\n}\n"},
        {"the model in nested objects too", json_type, R"({"x":{"model":"b","Model":"c"},"model":"a","y":["model"]})"},
        {"an escaped name", json_type, R"({"mod\u0065l":"a"})"},
        {"JSON under no type", "", R"({"model":"a"})"},
        {"a browser's form", form_type, field_part("model", "a") + file + "--x--\r\n"},
        {"a form with the file first", "multipart/form-data; boundary=\"x\"", file + form("a")},
        {"a form with names without quotes", form_type,
         form_part("Content-Disposition: form-data; name=model", "a") + "--x--"},
        {"a form with lengths", form_type,
         form_part("Content-Disposition: form-data; name=\"prompt\"\r\nContent-Length: 1", "a") + form("a")},
        {"an urlencoded form", urlencoded_type, "prompt=a+b%20c&model=a&images[]=x&negative_prompt="},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(reading_in(row.body, row.type).doubt == "");
        CHECK(name_in(row.body, row.type) == "a");
    }
}

TEST_CASE("what an upstream takes is what was read, or the body is doubted")
{
    std::mt19937 random{20261129};  // the same ones every time
    int doubted = 0;
    constexpr int inputs = 40'000;
    for (int i = 0; i < inputs; ++i) {
        std::string input(48, '\0');
        for (char& c : input) c = static_cast<char>(random());
        try {
            fuzz::model_readings(input);
        } catch (const fuzz::PropertyFailure& failure) {
            fuzz::Input choices{input};
            fuzz::BodyWriter writer{choices};
            const std::string type = writer.type();
            FAIL_CHECK(std::string{failure.what()}, ": ", type, ": ", writer.body(type));
            break;
        }
        fuzz::Input choices{input};
        fuzz::BodyWriter writer{choices};
        const std::string type = writer.type();
        doubted += reading_in(writer.body(type), type).doubt.empty() ? 0 : 1;
    }
    // Both kinds are among them.
    CHECK(doubted > inputs / 20);
    CHECK(doubted < inputs - inputs / 20);
}

TEST_CASE("deep and wide bodies are read in one go")
{
    for (const std::string& nested : {std::string(4'000'000, '['), std::string(4'000'000, '{')}) {
        CHECK(reading_in(nested, json_type).state == State::unreadable);
        CHECK(reading_in(R"({"model":"a","x":)" + nested, json_type).name == "a");
    }
    std::string wide = R"({"model":"a","x":[)";
    for (int i = 0; i < 400'000; ++i) wide += "{},";
    CHECK(reading_in(wide + "{}]}", json_type).doubt == "");
    std::string names = "{";
    for (int i = 0; i < 100'000; ++i) names += "\"model\":\"a\",";
    CHECK(reading_in(names + "\"model\":\"b\"}", json_type).name == "b");
    std::string pairs;
    for (int i = 0; i < 400'000; ++i) pairs += "model=a&";
    CHECK(reading_in(pairs, urlencoded_type).name == "a");
}

TEST_CASE("a spooled body is read to its end, and can be read again")
{
    const TemporaryFolder folder;
    const std::string json = R"({"image":")" + std::string(1 << 20, 'A') + R"(","model":"behind it"})";
    UniqueFd file{::open((folder / "body").c_str(), O_RDWR | O_CREAT, 0600)};
    REQUIRE(::write(file.get(), json.data(), json.size()) == static_cast<ssize_t>(json.size()));
    const Body body{std::move(file), json.size()};
    CHECK(read_model(body, json_type).name == "behind it");
    CHECK(read_model(body, json_type).name == "behind it");
    CHECK(read_model(body, json_type).doubt == "");
}
