#include "proxy/model_name.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

using Text = std::optional<std::string>;

const std::string form_type = "multipart/form-data; boundary=x";

std::string form(const std::string& value)
{
    return "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n" + value + "\r\n--x--\r\n";
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
        {"JSON", "application/json", R"({"model":"a"})", "a"},
        {"JSON with a charset", "application/json; charset=utf-8", R"({"model":"a"})", "a"},
        {"JSON under no type", "", R"({"model":"a"})", "a"},
        {"JSON under another type", "text/plain", R"({"model":"a"})", "a"},
        {"a form", form_type, form("a"), "a"},
        {"a form with blanks about the value", form_type, form(" a\r\n"), "a"},
        {"an empty field of a form", form_type, form(""), ""},
        {"a form under JSON's type", "application/json", form("a"), {}},
        {"JSON under a form's type", form_type, R"({"model":"a"})", {}},
        {"a form without a boundary", "multipart/form-data", form("a"), {}},
        {"a number", "application/json", R"({"model":4})", {}},
        {"no model", "application/json", R"({"prompt":"a"})", {}},
        {"nothing", "application/json", "", {}},
        {"nothing, form", form_type, "", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(read_model_name(Body{row.body}, row.type) == row.model);
    }
}

TEST_CASE("a spooled body is read to its end, and can be read again")
{
    const TemporaryFolder folder;
    const std::string json = R"({"image":")" + std::string(1 << 20, 'A') + R"(","model":"behind it"})";
    UniqueFd file{::open((folder / "body").c_str(), O_RDWR | O_CREAT, 0600)};
    REQUIRE(::write(file.get(), json.data(), json.size()) == static_cast<ssize_t>(json.size()));
    const Body body{std::move(file), json.size()};
    CHECK(read_model_name(body, "application/json") == "behind it");
    CHECK(read_model_name(body, "application/json") == "behind it");
}
