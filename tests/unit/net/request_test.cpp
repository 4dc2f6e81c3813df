#include "net/request.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <system_error>

#include <doctest/doctest.h>

#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

using Text = std::optional<std::string>;

Text copy(std::optional<std::string_view> view) { return view ? Text{*view} : std::nullopt; }

Request with(std::string name, std::string value)
{
    Request request;
    request.headers = {{std::move(name), std::move(value)}};
    return request;
}

}  // namespace

TEST_CASE("the bearer token")
{
    struct Row {
        std::string header;
        Text token;
    };
    const Row rows[] = {
        {"Bearer secret", "secret"},
        {"bearer secret", "secret"},
        {"BEARER   secret  ", "secret"},
        {"Bearer a b", "a b"},
        {"Bearer", {}},
        {"Bearer ", {}},
        {"Basic c2VjcmV0", {}},
        {"Bearersecret", {}},
        {"", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.header);
        CHECK(copy(with("Authorization", row.header).bearer_token()) == row.token);
        CHECK(copy(with("authorization", row.header).bearer_token()) == row.token);
    }
    CHECK_FALSE(Request{}.bearer_token());
    CHECK_FALSE(with("X-Authorization", "Bearer secret").bearer_token());
}

TEST_CASE("a cookie's value")
{
    struct Row {
        std::string header;
        Text value;
    };
    const Row rows[] = {
        {"session=abc", "abc"},
        {"a=1; session=abc; b=2", "abc"},
        {"a=1;session=abc", "abc"},
        {"session=a=b=", "a=b="},
        {"session=", ""},
        {"session", {}},
        {"mysession=abc", {}},
        {"session2=abc", {}},
        {"Session=abc", {}},
        {"a=\"; session=abc\"", "abc\""},
        {"session=first; session=second", "first"},
        {";;; ;", {}},
        {"", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.header);
        CHECK(copy(with("Cookie", row.header).cookie("session")) == row.value);
    }
    Request two = with("Cookie", "a=1");
    two.headers.push_back({"COOKIE", "session=abc"});
    CHECK(copy(two.cookie("session")) == "abc");
    CHECK_FALSE(Request{}.cookie("session"));
}

TEST_CASE("a parameter of the query")
{
    struct Row {
        std::string query;
        Text value;
    };
    const Row rows[] = {
        {"email=a", "a"},
        {"x=1&email=a&y=2", "a"},
        {"email=a&email=b", "b"},
        {"email=", ""},
        {"email", ""},
        {"", {}},
        {"&&&", {}},
        {"email2=a", {}},
        {"Email=a", {}},
        {"email=a%40b.c", "a@b.c"},
        {"email=a+b%2Bc", "a b+c"},
        {"%65mail=a", "a"},
        {"email=%41", "A"},
        {"email=100%", "100%"},
        {"email=%4", "%4"},
        {"email=%zz", "%zz"},
        {"email=a=b", "a=b"},
        {"email=%E5%8D%B3", "即"},
        {"email=a#b", "a#b"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.query);
        CHECK(query_parameter(row.query, "email") == row.value);
    }
    CHECK(query_parameter("email=a%00b", "email") == std::string("a\0b", 3));
}

TEST_CASE("a header is found without regard to case, the first of several")
{
    const Headers headers{{"Content-Type", "a"}, {"content-type", "b"}, {"X", ""}};
    REQUIRE(find_header(headers, "CONTENT-TYPE") != nullptr);
    CHECK(*find_header(headers, "CONTENT-TYPE") == "a");
    CHECK(find_header(headers, "x") != nullptr);
    CHECK(find_header(headers, "Content") == nullptr);
}

TEST_CASE("a body reads the same from memory and from a file, any number of times")
{
    std::string content;
    for (int i = 0; i < 5000; ++i) content.append("piece ").push_back(static_cast<char>(i % 256));

    const TemporaryFolder folder;
    UniqueFd file{::open((folder / "body").c_str(), O_RDWR | O_CREAT, 0600)};
    REQUIRE(::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    const Body spooled{std::move(file), content.size()};
    const Body held{content};

    CHECK(held.in_memory());
    CHECK_FALSE(spooled.in_memory());
    for (const Body* body : {&held, &spooled}) {
        CHECK(body->size() == content.size());
        CHECK(body->text() == content);
        CHECK(body->text() == content);
        std::array<char, 1000> piece{};
        CHECK(body->read(100, piece) == 1000);
        CHECK(std::string_view{piece.data(), piece.size()} == std::string_view{content}.substr(100, 1000));
        CHECK(body->read(content.size() - 7, piece) == 7);
        CHECK(body->read(content.size(), piece) == 0);
        CHECK(body->read(content.size() + 1, piece) == 0);
    }
    CHECK(Body{}.size() == 0);
    CHECK(Body{}.text().empty());
}

TEST_CASE("a spool file that has become shorter is an error, not a short body")
{
    const TemporaryFolder folder;
    UniqueFd file{::open((folder / "body").c_str(), O_RDWR | O_CREAT, 0600)};
    REQUIRE(::write(file.get(), "abc", 3) == 3);
    const Body body{std::move(file), 10};
    CHECK_THROWS_AS(body.text(), std::system_error);
}

TEST_CASE("an address that leaves its folder, in whatever spelling")
{
    for (const char* target :
         {"/v1/a", "/v1/", "/v1", "/v1?/../x", "/v1/a/../b", "/v1/a/%2e%2e/b/./c", "/v1/...", "/v1/..a", "/v1/a..",
          "/v1//a/..", "/v1/.", "/v1/a;b/c", "/v1/%25", "/v1/100%", "/%76%31/a"}) {
        CAPTURE(target);
        CHECK(stays_under(target, "v1"));
    }
    for (const char* target : {"",
                               "v1/a",
                               "/",
                               "//v1/a",
                               "/V1/a",
                               "/v1x/a",
                               "/v1;/a",
                               "/./v1/a",
                               "/v1/..",
                               "/v1/../v1/a",
                               "/v1/%2e%2e/a",
                               "/v1/.%2E/a",
                               "/v1/..%2fa",
                               "/v1%2f..%2fa",
                               "/v1/a/../../v1/b",
                               "/v1/..\\a",
                               "/v1/..%5ca",
                               "/v1/..;/a",
                               "/v1/..;x=y/a",
                               "/v1/a//../..",
                               "/v1/./..",
                               "http://host/v1/a"}) {
        CAPTURE(target);
        CHECK_FALSE(stays_under(target, "v1"));
    }
}

TEST_CASE("headers of one name as one value")
{
    const Headers headers{{"X-A", "1"}, {"X-B", "2"}, {"x-a", "3, 4"}};
    CHECK(joined_header(headers, "X-A") == "1,3, 4");
    CHECK(joined_header(headers, "X-C").empty());
}
