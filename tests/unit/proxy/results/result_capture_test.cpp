#include "proxy/results/result_capture.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "core/base/file.hpp"
#include "core/base/said.hpp"
#include "core/storage/results/result_files.hpp"
#include "proxy/results/results.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;

namespace {

const std::string link_origin = "https://shop.example";

struct Captured {
    TemporaryFolder place;
    ResultCapture capture;

    explicit Captured(StoreMode mode, std::string links_begin_with = link_origin, bool has_room = true)
        : capture(mode, std::move(links_begin_with), place / "results", has_room)
    {
    }
    std::string feed(const std::string& text) { return std::string{capture.feed(text)}; }
    std::vector<std::string> urls() const
    {
        std::vector<std::string> all;
        for (const AnsweredResult& each : capture.answered()) all.push_back(each.url.value_or("bytes"));
        return all;
    }
};

using Texts = std::vector<std::string>;

Request asked(Headers headers, std::string peer = "203.0.113.9")
{
    Request request;
    request.headers = std::move(headers);
    request.remote_address = std::move(peer);
    return request;
}

}  // namespace

TEST_CASE("a copied answer passes on as it comes")
{
    Captured seen{StoreMode::copy};
    CHECK_FALSE(seen.capture.holds_back());
    CHECK(seen.feed(R"({"data":[{"url":"htt)") == R"({"data":[{"url":"htt)");
    CHECK(seen.feed(R"(ps://a/1"}]})") == R"(ps://a/1"}]})");
    CHECK(seen.capture.release().empty());
    CHECK_FALSE(seen.capture.is_to_be_replaced());
    CHECK(seen.urls() == Texts{"https://a/1"});
}

TEST_CASE("URLs are replaced, and all else stays as it is written")
{
    Captured seen{StoreMode::rewrite};
    CHECK(seen.feed(R"({"created": 1.0, "data": [ {"url" : "https:\/\/a\/1?b\u0026c"},)").empty());
    CHECK(seen.feed(R"({"url":"https://a/2","n":1e3},{"url":"https://a/3"} ] })").empty());
    CHECK(seen.capture.is_to_be_replaced());
    CHECK(seen.urls() == Texts{"https://a/1?b&c", "https://a/2", "https://a/3"});
    seen.capture.replace({{.place = 0, .link = "/v1/results/res_1.png?exp=1&sig=x"},
                          {.place = 1, .link = ""},
                          {.place = 2, .link = "/3"}});
    CHECK(seen.capture.release() ==
          R"({"created": 1.0, "data": [ {"url" : "https://shop.example/v1/results/res_1.png?exp=1&sig=x",)"
          R"("source_url":"https:\/\/a\/1?b\u0026c"},{"url":"https://a/2","n":1e3},)"
          R"({"url":"https://shop.example/3","source_url":"https://a/3"} ] })");
}

TEST_CASE("what could not be stored leaves the answer as it was")
{
    Captured seen{StoreMode::rewrite};
    const std::string answer = R"({"data":[{"url":"https://a/1"}]})";
    seen.feed(answer);
    seen.capture.replace({});
    CHECK(seen.capture.release() == answer);
}

TEST_CASE("links in a text are replaced within it")
{
    Captured seen{StoreMode::rewrite};
    const std::string before = R"({"choices":[{"message":{"content":")";
    const std::string after = R"("}}]})";
    seen.feed(before + "![1](https://a/1)\\n[site](https://b)\\n![2](https://a/2)" + after);
    CHECK(seen.urls() == Texts{"https://a/1", "https://b", "https://a/2"});
    CHECK(seen.capture.answered()[0].is_in_text);
    seen.capture.replace({{.place = 0, .link = "/1"}, {.place = 2, .link = "/2"}});
    CHECK(seen.capture.release() ==
          before + "![1](https://shop.example/1)\\n[site](https://b)\\n![2](https://shop.example/2)" + after);
}

TEST_CASE("an answer with bytes passes on, and they are kept aside")
{
    Captured seen{StoreMode::rewrite};
    CHECK(seen.feed(R"({"data":[{)").empty());
    CHECK(seen.feed(R"("b64_json":"aGVs)") == R"({"data":[{"b64_json":"aGVs)");
    CHECK(seen.feed(R"(bG8="},{"b64_json":"*"}]})") == R"(bG8="},{"b64_json":"*"}]})");
    CHECK_FALSE(seen.capture.is_to_be_replaced());
    REQUIRE(seen.capture.answered().size() == 1);
    const std::string id = seen.capture.answered()[0].id;
    auto files = seen.capture.take_files();
    REQUIRE(files.size() == 1);
    REQUIRE(files[0].finish());
    CHECK(read_file(incoming_folder(seen.place / "results") / id).value() == "hello");
}

TEST_CASE("an empty text is no picture")
{
    Captured seen{StoreMode::copy};
    seen.feed(R"({"data":[{"b64_json":""},{"b64_json":"aGVsbG8="}]})");
    CHECK(seen.capture.answered().size() == 1);
    CHECK(seen.capture.take_files().size() == 1);
    Captured nothing{StoreMode::copy};
    nothing.feed(R"({"data":[{"b64_json":""}]})");
    CHECK(nothing.capture.answered().empty());
    CHECK_FALSE(std::filesystem::exists(nothing.place / "results"));
}

TEST_CASE("a picture that is none is warned of once, and an empty text not at all")
{
    const auto warnings = [](const std::string& base64) {
        const std::string log = said([&] {
            Captured seen{StoreMode::copy};
            seen.feed(R"({"data":[{"b64_json":")" + base64 + R"("}]})");
        });
        return std::count(log.begin(), log.end(), '\n');
    };
    CHECK(warnings("aGVs*bG8=") == 1);
    CHECK(warnings("====") == 1);
    CHECK(warnings("") == 0);
    CHECK(warnings("aGVsbG8=") == 0);
}

TEST_CASE("while the disk has no room, bytes pass on and no file is made")
{
    Captured seen{StoreMode::copy, link_origin, false};
    const std::string answer = R"({"data":[{"b64_json":"aGVsbG8="},{"url":"https://a/1"}]})";
    CHECK(seen.feed(answer) == answer);
    CHECK(seen.urls() == Texts{"https://a/1"});
    CHECK(seen.capture.take_files().empty());
    CHECK_FALSE(std::filesystem::exists(seen.place / "results"));
}

TEST_CASE("an answer that is too long to be held passes on as it is")
{
    Captured seen{StoreMode::rewrite};
    const std::string long_answer = R"({"data":[{"url":"https://a/1"}],"more":")" + std::string(300'000, 'x') + "\"}";
    CHECK(seen.feed(long_answer) == long_answer);
    CHECK_FALSE(seen.capture.is_to_be_replaced());
    CHECK(seen.urls() == Texts{"https://a/1"});
}

TEST_CASE("without an address to be reached at, nothing is replaced")
{
    Captured seen{StoreMode::rewrite, ""};
    CHECK_FALSE(seen.capture.holds_back());
}

TEST_CASE("links begin with the address that the request came to, or PUBLIC_URL")
{
    Settings settings;
    CHECK(public_origin(asked({{"Host", "shop.example:8080"}}), settings) == "http://shop.example:8080");
    CHECK(public_origin(asked({{"Host", "evil\"><script>"}}), settings).empty());
    CHECK(public_origin(asked({}), settings).empty());
    const Headers proxied{
        {"Host", "127.0.0.1:5100"}, {"X-Forwarded-Host", "shop.example"}, {"X-Forwarded-Proto", "https"}};
    CHECK(public_origin(asked(proxied, "127.0.0.1"), settings) == "https://shop.example");
    // Whoever comes from the internet does not say what a proxy says.
    CHECK(public_origin(asked(proxied), settings) == "http://127.0.0.1:5100");
    settings.public_url = "https://api.example/";
    CHECK(public_origin(asked(proxied), settings) == "https://api.example");
}
