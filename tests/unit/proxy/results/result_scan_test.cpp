#include "proxy/results/result_scan.hpp"

#include <doctest/doctest.h>

#include "proxy/results/base64_decoder.hpp"

using namespace dreamina;

namespace {

struct Scanned {
    std::vector<ResultScan::Found> found;
    std::vector<std::string> base64;
};

/// In pieces of that many bytes.
Scanned scan(std::string_view answer, std::size_t piece = 1000)
{
    Scanned seen;
    std::string current;
    ResultScan scanner{{.piece = [&](std::string_view part) { current.append(part); },
                        .end = [&] { seen.base64.push_back(std::exchange(current, {})); }}};
    for (std::size_t at = 0; at < answer.size(); at += piece) scanner.feed(answer.substr(at, piece));
    seen.found = scanner.found();
    return seen;
}

std::vector<std::string> raws(std::string_view answer)
{
    std::vector<std::string> all;
    for (const auto& found : scan(answer).found) all.push_back(found.raw);
    return all;
}

using Texts = std::vector<std::string>;

std::string decoded_from(const Texts& pieces)
{
    Base64Decoder decoder;
    std::string decoded;
    for (const std::string& piece : pieces) decoded += decoder.feed(piece);
    decoded += decoder.end();
    return decoder.is_bad() ? "bad" : decoded;
}

}  // namespace

TEST_CASE("URLs of the list data are found, and where they stand")
{
    const std::string answer = R"({"created":1,"data":[{"url":"https://a/1"},{"seed":2,"url" : "https://a/2"}]})";
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U}) {
        const auto found = scan(answer, piece).found;
        REQUIRE(found.size() == 2);
        CHECK(answer.substr(found[0].begin, found[0].end - found[0].begin) == R"("https://a/1")");
        CHECK(answer.substr(found[1].begin, found[1].end - found[1].begin) == R"("https://a/2")");
    }
}

TEST_CASE("what only looks like a result is none")
{
    CHECK(raws(R"({"url":"https://a"})").empty());
    CHECK(raws(R"([{"url":"https://a"}])").empty());
    CHECK(raws(R"({"data":{"url":"https://a"}})").empty());
    CHECK(raws(R"({"data":[["url","https://a"]]})").empty());
    CHECK(raws(R"({"data":[{"revised_prompt":"{\"data\":[{\"url\":\"https://a\"}]}"}]})").empty());
    CHECK(raws(R"({"data":[{"more":{"url":"https://a"}}]})").empty());
    CHECK(raws(R"({"meta":{"data":[{"url":"https://a"}]}})").empty());
    CHECK(raws(R"({"data":[{"url":"https://cut)").empty());
    CHECK(raws(R"({"data":[{"url":")" + std::string(20'000, 'x') + R"("}]})").empty());
}

TEST_CASE("an escaped URL is read as it is meant")
{
    const Texts seen = raws(R"({"data":[{"url":"https:\/\/a\/x?b=1\u0026c=\"2\\"}]})");
    REQUIRE(seen.size() == 1);
    CHECK(json_text_of(seen[0]) == "https://a/x?b=1&c=\"2\\");
    CHECK(json_text_of(json_raw_of("a\"b\\c\n")) == "a\"b\\c\n");
    CHECK(json_text_of("\\u12").empty());
}

TEST_CASE("bytes are handed on and not held")
{
    for (const std::size_t piece : {1U, 5U, 1000U}) {
        const auto seen = scan(R"({"data":[{"b64_json":"QUJD"},{"b64_json":"REVG\/w=="}]})", piece);
        CHECK(seen.base64 == Texts{"QUJD", "REVG\\/w=="});
        REQUIRE(seen.found.size() == 2);
        CHECK(seen.found[0].raw.empty());
    }
}

TEST_CASE("the text of a chat is found, and the links in it")
{
    const Texts seen = raws(R"({"choices":[{"index":0,"message":{"role":"assistant","content":")"
                            "![x](https://a/1)\"}}]}");
    CHECK(seen == Texts{"![x](https://a/1)"});
    const std::string text = "![a](https://a/1)\n[b](http://b/2 \"title\") (https://c) [d](ftp://d)";
    Texts links;
    for (const TextLink& link : links_in(text)) links.push_back(text.substr(link.begin, link.length));
    CHECK(links == Texts{"https://a/1", "http://b/2"});
    CHECK(links_in("![a](https://cut").empty());
}

TEST_CASE("base64 is decoded in whatever pieces it comes")
{
    for (const std::string written :
         {R"(data:image/png;base64,aGVsbG8gd29ybGQ/Lw==)", R"(aGVsbG8gd29ybGQ_Lw)",
          R"(aGVsbG8gd29ybGQ\/Lw\u003d\u003D)", R"(data:image\/png;base64,aGVs\r\nbG8gd29ybGQ\u002fLw==\n)",
          R"(\u0064ata:,aGVsbG8gd29ybGQ/Lw==)"}) {
        CAPTURE(written);
        for (std::size_t at = 0; at <= written.size(); ++at)
            CHECK(decoded_from({written.substr(0, at), written.substr(at)}) == "hello world?/");
        std::vector<std::string> single;
        for (const char c : written) single.emplace_back(1, c);
        CHECK(decoded_from(single) == "hello world?/");
    }
    // It only begins like a prefix.
    CHECK(decoded_from({"da", "ta"}) == "u\xAB\x5A");
    CHECK(decoded_from({"data", "data"}) == "u\xAB\x5Au\xAB\x5A");
}

TEST_CASE("what is no base64 is not decoded")
{
    for (const std::string written : {"aGVs*", "aA==aA==", R"(aGVs\"bG8=)", R"(aGVs\\)", R"(\u00zzbG8=)", R"(\u1234)",
                                      R"(aGVs\)", R"(aGVs\u00)", "data*"}) {
        CAPTURE(written);
        for (std::size_t at = 0; at <= written.size(); ++at)
            CHECK(decoded_from({written.substr(0, at), written.substr(at)}) == "bad");
    }
}
