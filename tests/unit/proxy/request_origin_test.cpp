#include "proxy/request_origin.hpp"

#include <sys/mman.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace dreamina;

namespace {

constexpr std::string_view sent_as_json = "application/json";

std::string origin(std::optional<std::int64_t> key, const std::string& body, std::string_view type = sent_as_json)
{
    return request_origin(key, Body{body}, type);
}

std::string form(const std::string& boundary, const std::string& prompt)
{
    return fmt::format("--{0}\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n{1}\r\n--{0}--\r\n", boundary,
                       prompt);
}

std::string form_origin(const std::string& boundary, const std::string& prompt)
{
    return origin(1, form(boundary, prompt), "multipart/form-data; boundary=" + boundary);
}

}  // namespace

TEST_CASE("one key that sends one body again is one origin; another key or another body is another")
{
    CHECK(origin(1, "{}") == origin(1, "{}"));
    CHECK(origin(1, "{}") != origin(2, "{}"));
    CHECK(origin(1, "{}") != origin(std::nullopt, "{}"));
    CHECK(origin(1, "{}") != origin(1, "{} "));
    CHECK(origin(1, "") == origin(1, ""));
}

TEST_CASE("a form is the same whatever boundary was drawn for it")
{
    CHECK(form_origin("----WebKitFormBoundary7MA4YWxkTrZu0gW", "a cat") ==
          form_origin("----WebKitFormBoundaryPu1AHHKo33bQgZZx", "a cat"));
    CHECK(form_origin("----WebKitFormBoundary7MA4YWxkTrZu0gW", "a cat") !=
          form_origin("----WebKitFormBoundary7MA4YWxkTrZu0gW", "a dog"));
}

TEST_CASE("a large body is told by its length and both ends")
{
    std::string large(300'000, 'x');
    const std::string first = origin(1, large);
    CHECK(origin(1, large + "x") != first);
    large.front() = 'y';
    CHECK(origin(1, large) != first);
    large.front() = 'x';
    large.back() = 'y';
    CHECK(origin(1, large) != first);
}

TEST_CASE("a body in a file is the same as in memory")
{
    const std::string text(200'000, 'z');
    UniqueFd file{::memfd_create("body", MFD_CLOEXEC)};
    REQUIRE(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    CHECK(request_origin(1, Body{std::move(file), text.size()}, sent_as_json) == origin(1, text));
}
