#include "proxy/generations/generation_wish.hpp"

#include <doctest/doctest.h>

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

Request request_with(Headers headers, const std::string& path = "/v1/images/generations")
{
    Request request;
    request.method = "POST";
    request.path = path;
    request.target = path + "?a=b";
    request.headers = std::move(headers);
    return request;
}

GenerationWish wish_with(Headers headers, const ApiKey* key = nullptr)
{
    Request request = request_with(std::move(headers));
    auto wish = read_generation_wish(request, key);
    REQUIRE(wish.has_value());
    return *wish;
}

std::string refusal_of_wish(Headers headers)
{
    Request request = request_with(std::move(headers));
    const auto wish = read_generation_wish(request, nullptr);
    REQUIRE_FALSE(wish.has_value());
    const std::string& body = wish.error().body;
    const auto at = body.find("\"code\":\"") + 8;
    return body.substr(at, body.find('"', at) - at);
}

}  // namespace

TEST_CASE("a request without a wish is plain")
{
    CHECK(wish_with({}).is_plain());
    CHECK(wish_with({{"Prefer", "return=minimal, wait=5"}}).is_plain());
    CHECK(wish_with({{"Prefer", "respond-asynchronously"}}).is_plain());
    Request request = request_with({{"Prefer", "respond-async"}});
    request.method = "GET";
    CHECK(read_generation_wish(request, nullptr)->is_plain());
}

TEST_CASE("respond-async is read as RFC 7240 writes it, among others and in any case")
{
    CHECK(wish_with({{"Prefer", "respond-async"}}).is_async);
    CHECK(wish_with({{"Prefer", "return=minimal"}, {"prefer", "Respond-Async; foo=1 , wait = 10"}}).wait == 10s);
    CHECK(wish_with({{"Prefer", "respond-async, wait=3600"}}).wait == max_preferred_wait);
    CHECK_FALSE(wish_with({{"Prefer", "respond-async, wait=-1"}}).wait);
    CHECK_FALSE(wish_with({{"Prefer", "respond-async, wait=soon"}}).wait);
    ApiKey key;
    key.is_always_async = true;
    CHECK(wish_with({}, &key).is_async);
}

TEST_CASE("a path below /v1/async is what stands behind it")
{
    Request request = request_with({}, "/v1/async/images/generations");
    CHECK(read_generation_wish(request, nullptr)->is_async);
    CHECK(request.path == "/v1/images/generations");
    CHECK(request.target == "/v1/images/generations?a=b");
}

TEST_CASE("an Idempotency-Key is the same with and without quotes, and has 1 to 255 visible characters")
{
    CHECK(wish_with({{"Idempotency-Key", "a-1"}}).idempotency_key == "a-1");
    CHECK(wish_with({{"idempotency-key", " \"a-1\" "}}).idempotency_key == "a-1");
    CHECK(wish_with({{"Idempotency-Key", std::string(255, 'a')}}).idempotency_key->size() == 255);
    for (const std::string& wrong : {std::string{}, std::string{"\"\""}, std::string(256, 'a'), std::string{"a b"},
                                     std::string{"a\x01"}, std::string{"\xc3\xa9"}})
        CHECK(refusal_of_wish({{"Idempotency-Key", wrong}}) == "invalid_idempotency_key");
}

TEST_CASE("a video in OpenAI's form is asynchronous by itself, and only on its own path")
{
    for (const auto& [path, is_async] :
         std::initializer_list<std::pair<const char*, bool>>{{"/v1/videos", true},
                                                             {"/v1/async/videos", true},
                                                             {"/v1/videos/generations", false},
                                                             {"/v1/videos/", false}}) {
        CAPTURE(path);
        Request request = request_with({{"Prefer", "wait=5"}}, path);
        CHECK(read_generation_wish(request, nullptr)->is_async == is_async);
        CHECK(creates_video(request) == is_async);
    }
}

TEST_CASE("the priority is low or normal, and anything else is refused")
{
    CHECK(wish_with({{"X-Dreamina-Priority", " Low "}}).priority == low_priority);
    CHECK(wish_with({{"X-Dreamina-Priority", "normal"}}).priority == 0);
    for (const char* wrong : {"", "high", "1", "low, normal"})
        CHECK(refusal_of_wish({{"X-Dreamina-Priority", wrong}}) == "invalid_priority");
}

TEST_CASE("what a library repeats by itself is kept, and nothing else that is plain unless the setting says so")
{
    const auto applied = [](Headers headers, const Settings& settings, const std::string& path) {
        GenerationWish wish;
        apply_settings(wish, request_with(std::move(headers), path), settings);
        return wish;
    };
    const std::string images = "/v1/images/generations";
    const Header repeated{"X-Stainless-Retry-Count", "1"};
    CHECK(applied({repeated}, {}, images).is_sdk_retry);
    CHECK(applied({repeated}, {}, images).keeps_unread);
    CHECK(applied({{"X-Stainless-Retry-Count", "0"}}, {}, images).is_plain());
    CHECK(applied({}, {}, images).is_plain());
    CHECK(applied({repeated}, {}, "/v1/echo").is_plain());
    CHECK(applied({repeated}, {.join_sdk_retries = false}, images).is_plain());
    CHECK(applied({}, {.keep_unread_results = true}, images).keeps_unread);
    CHECK_FALSE(applied({}, {.keep_unread_results = true}, images).is_sdk_retry);
}

TEST_CASE("how long one may wait to be sent is a number of seconds, up to a week")
{
    const Header async{"Prefer", "respond-async"};
    CHECK(wish_with({async, {"X-Dreamina-Start-Within", "600"}}).start_within == 600s);
    for (const char* wrong : {"0", "-1", "soon", "604801", "1.5", ""})
        CHECK(refusal_of_wish({async, {"X-Dreamina-Start-Within", wrong}}) == "invalid_start_within");
}
