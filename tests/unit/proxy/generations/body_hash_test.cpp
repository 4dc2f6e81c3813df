#include "proxy/generations/body_hash.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace dreamina;

namespace {

std::string hash_of_form(const std::string& boundary, const std::string& name, const std::string& file,
                         const std::string& content)
{
    return body_hash(Body{fmt::format("--{0}\r\nContent-Disposition: form-data; name=\"{1}\"; filename=\"{2}\"\r\n"
                                      "Content-Type: image/png\r\n\r\n{3}\r\n--{0}--\r\n",
                                      boundary, name, file, content)},
                     "multipart/form-data; boundary=" + boundary);
}

std::string hash_of_json(const std::string& text) { return body_hash(Body{text}, "application/json"); }

}  // namespace

TEST_CASE("a body is known by its bytes")
{
    CHECK(hash_of_json("{}").size() == 64);
    CHECK(hash_of_json("{}") == hash_of_json("{}"));
    CHECK(hash_of_json("{}") != hash_of_json("{ }"));
    CHECK(hash_of_json("") != hash_of_json("{}"));
}

TEST_CASE("a form is known by its parts, whatever stands between them")
{
    const std::string first = hash_of_form("one", "images", "a.png", "picture");
    CHECK(hash_of_form("another", "images", "a.png", "picture") == first);
    CHECK(hash_of_form("one", "image", "a.png", "picture") != first);
    CHECK(hash_of_form("one", "images", "b.png", "picture") != first);
    CHECK(hash_of_form("one", "images", "a.png", "picturf") != first);
}
