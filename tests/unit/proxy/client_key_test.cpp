#include "proxy/client_key.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

std::optional<std::string> key_of(Headers headers)
{
    Request request;
    request.headers = std::move(headers);
    const auto key = client_key(request);
    return key ? std::optional{std::string{*key}} : std::nullopt;
}

}  // namespace

TEST_CASE("a key comes as a bearer token or as X-Api-Key")
{
    CHECK(key_of({{"Authorization", "Bearer a"}}) == "a");
    CHECK(key_of({{"x-api-key", " a "}}) == "a");
    CHECK(key_of({{"X-Api-Key", "a"}, {"Authorization", "Bearer a"}}) == "a");
    CHECK(key_of({{"X-Api-Key", "a"}, {"Authorization", "Basic eDp5"}}) == "a");
    CHECK(key_of({{"X-Api-Key", ""}, {"Authorization", "Bearer a"}}) == "a");
    CHECK_FALSE(key_of({}));
    CHECK_FALSE(key_of({{"X-Api-Key", ""}}));
}

TEST_CASE("two keys that differ are none")
{
    CHECK_FALSE(key_of({{"X-Api-Key", "a"}, {"Authorization", "Bearer b"}}));
    CHECK_FALSE(key_of({{"X-Api-Key", "a"}, {"X-Api-Key", "a"}}));
    CHECK_FALSE(key_of({{"Authorization", "Bearer a"}, {"Authorization", "Bearer a"}}));
    CHECK_FALSE(key_of({{"Authorization", "Bearer a"}, {"Authorization", "Bearer a"}, {"X-Api-Key", "a"}}));
}
