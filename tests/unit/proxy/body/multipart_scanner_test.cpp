#include "proxy/body/multipart_scanner.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

using Text = std::optional<std::string>;

/// A part with its headers, before it the delimiter.
std::string part(std::string_view headers, std::string_view content)
{
    return "--b0undary\r\n" + std::string{headers} + "\r\n\r\n" + std::string{content} + "\r\n";
}
std::string field(std::string_view name, std::string_view content)
{
    return part("Content-Disposition: form-data; name=\"" + std::string{name} + "\"", content);
}
const std::string last = "--b0undary--\r\n";

const std::string file_part =
    part("Content-Disposition: form-data; name=\"images\"; filename=\"a.png\"\r\nContent-Type: image/png",
         std::string{"\x89PNG\r\n\x1a\n\0\r\n--b0undar\r\n-\r\n--", 24});

}  // namespace

TEST_CASE("the field's value, wherever the bytes are split")
{
    struct Row {
        std::string name;
        std::string body;
        Text value;
    };
    const Row rows[] = {
        {"alone", field("model", "jimeng-4.0") + last, "jimeng-4.0"},
        {"between files", file_part + field("model", "a") + file_part + last, "a"},
        {"after other fields", field("prompt", "model") + field("models", "no") + field("model", "a") + last, "a"},
        {"an empty value", field("model", "") + last, ""},
        {"twice: the first", field("model", "a") + field("model", "b") + last, "a"},
        {"line ends in the value", field("model", "\r\na\r\n\r\n-") + last, "\r\na\r\n\r\n-"},
        {"nearly a delimiter in the value", field("model", "\r\n--b0undar") + last, "\r\n--b0undar"},
        {"headers in any case and order",
         part("Content-Type: text/plain; charset=utf-8\r\ncontent-disposition:  FORM-DATA ;NAME=\"model\"", "a") + last,
         "a"},
        {"a name without quotes", part("Content-Disposition: form-data; name=model", "a") + last, "a"},
        {"a quoted name with an escape", part(R"(Content-Disposition: form-data; name="mo\del")", "a") + last, "a"},
        {"a file that is called model",
         part(R"(Content-Disposition: form-data; name="model"; filename="x.txt")", "no") + last,
         {}},
        {"the same with the file's name first",
         part(R"(Content-Disposition: form-data; filename="x"; name="model")", "no") + last,
         {}},
        {"a file whose name speaks of a model",
         part(R"(Content-Disposition: form-data; name="images"; filename="; name=\"model\"")", "no") + last,
         {}},
        {"no such field", field("prompt", "a") + file_part + last, {}},
        {"a preamble", "some words\r\nof no meaning\r\n" + field("model", "a") + last, "a"},
        {"a preamble that looks like a part", "name=\"model\"\r\n\r\nno\r\n" + field("model", "a") + last, "a"},
        {"an epilogue", field("model", "a") + last + field("model", "no") + last, "a"},
        {"blanks behind the delimiter", "--b0undary  \r\n" + field("model", "a").substr(12) + last, "a"},
        {"a part without headers", "--b0undary\r\n\r\nno\r\n" + field("model", "a") + last, "a"},
        {"no final delimiter", field("model", "a"), {}},
        {"no final delimiter, an earlier one", field("model", "a") + field("prompt", "b"), "a"},
        {"cut in the headers", "--b0undary\r\nContent-Disposition: form-data; na", {}},
        {"another boundary", "--other\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\na\r\n--other--\r\n", {}},
        {"line feeds alone", "--b0undary\nContent-Disposition: form-data; name=\"model\"\n\na\n--b0undary--\n", {}},
        {"nothing", "", {}},
        {"the final delimiter alone", last, {}},
        {"JSON", R"({"model":"a"})", {}},
        {"UTF-8", field("model", "即梦") + last, "即梦"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        for (std::size_t cut = 0; cut <= row.body.size(); ++cut) {
            MultipartFieldScanner scanner{"b0undary", "model"};
            scanner.feed(std::string_view{row.body}.substr(0, cut));
            scanner.feed(std::string_view{row.body}.substr(cut));
            CAPTURE(cut);
            CHECK(scanner.value() == row.value);
        }
        MultipartFieldScanner scanner{"b0undary", "model"};
        for (const char c : row.body) scanner.feed({&c, 1});
        CHECK(scanner.value() == row.value);
    }
}

TEST_CASE("whether a form is plain does not depend on where the bytes are split")
{
    struct Row {
        std::string body;
        bool plain;
    };
    const Row rows[] = {
        {field("model", "a") + last, true},
        {file_part + field("model", "a") + "--b0undary--", true},
        {"--b0undary--", true},
        {"\r\n" + field("model", "a") + last, false},
        {field("model", "a") + last + "\r\n", true},  // as OpenAI's library for JavaScript ends a form
        {field("model", "a") + last + "\r\n\r\n", false},
        {field("model", "a") + last + "\r\nx", false},
        {field("model", "a") + "--b0undary \r\n" + last, false},
        {field("model", "a\r\n--b0undar") + last, true},
        {field("model", "a\r\n--b0undaryy") + last, false},
        {field("model", "a"), false},
        {"", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body);
        for (std::size_t cut = 0; cut <= row.body.size(); ++cut) {
            MultipartFieldScanner scanner{"b0undary", "model"};
            scanner.feed(std::string_view{row.body}.substr(0, cut));
            scanner.feed(std::string_view{row.body}.substr(cut));
            CHECK(scanner.is_plain() == row.plain);
        }
        MultipartFieldScanner scanner{"b0undary", "model"};
        for (const char c : row.body) scanner.feed({&c, 1});
        CHECK(scanner.is_plain() == row.plain);
    }
}

TEST_CASE("a huge file before the field is passed over")
{
    std::string content(8 * 1024 * 1024, '\r');
    for (std::size_t i = 0; i + 12 < content.size(); i += 997) content.replace(i, 12, "\r\n--b0undarX");
    const std::string body = part("Content-Disposition: form-data; name=\"images\"; filename=\"a\"", content) +
                             field("model", "behind it") + last;
    MultipartFieldScanner scanner{"b0undary", "model"};
    constexpr std::size_t piece = 64 * 1024 - 1;
    for (std::size_t at = 0; at < body.size(); at += piece) scanner.feed(std::string_view{body}.substr(at, piece));
    CHECK(scanner.value() == "behind it");
}

TEST_CASE("what is too long is no field, and costs no memory")
{
    MultipartFieldScanner long_value{"b0undary", "model"};
    long_value.feed(field("model", std::string(1 << 20, 'a')) + last);
    CHECK_FALSE(long_value.value());

    MultipartFieldScanner long_headers{"b0undary", "model"};
    long_headers.feed(part("X: " + std::string(1 << 20, 'a'), "x") + field("model", "a") + last);
    CHECK_FALSE(long_headers.value());

    MultipartFieldScanner blanks_without_end{"b0undary", "model"};
    blanks_without_end.feed("--b0undary" + std::string(1 << 20, ' '));
    blanks_without_end.feed("\r\n" + field("model", "a") + last);
    CHECK(blanks_without_end.value() == "a");
}

TEST_CASE("the limits do not depend on where the bytes are split")
{
    constexpr std::size_t max_headers_length = 16 * 1024;
    const std::string disposition = "Content-Disposition: form-data; name=\"model\"\r\nX: ";
    for (std::size_t size = max_headers_length - 5; size <= max_headers_length + 2; ++size) {
        CAPTURE(size);
        const std::string headers = disposition + std::string(size - disposition.size(), 'x');
        const std::string blanks(size, ' ');
        for (const std::string& body :
             {part(headers, "a") + last, "--b0undary" + blanks + "\r\n" + field("model", "a").substr(12) + last}) {
            MultipartFieldScanner whole{"b0undary", "model"};
            whole.feed(body);
            for (std::size_t cut = size; cut < size + 24; ++cut) {
                MultipartFieldScanner halves{"b0undary", "model"};
                halves.feed(std::string_view{body}.substr(0, cut));
                halves.feed(std::string_view{body}.substr(cut));
                CHECK(halves.value() == whole.value());
            }
        }
    }
}

TEST_CASE("a piece with two million parts is read once, not once for each")
{
    std::string body;
    while (body.size() < 24 * 1024 * 1024) body += "--b\r\n\r\n\r\n";
    body += "--b\r\nContent-Disposition: form-data; name=model\r\n\r\na\r\n--b--";
    MultipartFieldScanner scanner{"b", "model"};
    scanner.feed(body);
    CHECK(scanner.value() == "a");
}

TEST_CASE("a line that only begins like a delimiter is content")
{
    for (const std::string tail : {"X", "-", "-x", "s are here", "\n"}) {
        CAPTURE(tail);
        MultipartFieldScanner scanner{"b0undary", "model"};
        const std::string value = "a\r\n--b0undary" + tail;
        scanner.feed(field("model", value) + last);
        CHECK(scanner.value() == value);
    }
}

TEST_CASE("the boundary")
{
    struct Row {
        std::string type;
        Text boundary;
    };
    const Row rows[] = {
        {"multipart/form-data; boundary=abc", "abc"},
        {"Multipart/Form-Data;BOUNDARY=abc", "abc"},
        {"multipart/form-data; charset=utf-8; boundary=\"a b;c\"", "a b;c"},
        {"multipart/form-data; boundary=abc; charset=utf-8", "abc"},
        {"multipart/form-data; boundary=a=b", "a=b"},
        {"multipart/form-data; boundary=", {}},
        {"multipart/form-data; boundary=\"\"", {}},
        {"multipart/form-data", {}},
        {"multipart/mixed; boundary=abc", {}},
        {"application/json", {}},
        {"multipart/form-datax; boundary=abc", {}},
        {"", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.type);
        CHECK(multipart_boundary(row.type) == row.boundary);
    }
}
