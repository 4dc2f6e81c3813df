#include "core/domain/results/result_link.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "core/domain/results/result_delivery.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;

namespace {

const std::string signing_key(link_key_bytes, 'k');
const std::string former_key(link_key_bytes, 'f');
const ResultLink given_link{.id = "0199aabbccddeeff00112233", .expires = 1'795'861'200};

std::string signature_in(const std::string& path) { return path.substr(path.find("sig=") + 4); }

}  // namespace

TEST_CASE("a link names the result, its end and its signature")
{
    const std::string path = signed_result_path(given_link, "png", signing_key);
    CHECK(path.starts_with("/v1/results/res_0199aabbccddeeff00112233.png?exp=1795861200&sig="));
    CHECK(signature_in(path).size() == 43);
    CHECK(is_signed(given_link, signature_in(path), std::vector{signing_key}));
}

TEST_CASE("a signature fits one result, one end and one way to show it")
{
    const std::string signature = signature_in(signed_result_path(given_link, "png", signing_key));
    ResultLink other = given_link;
    other.id.back() = '4';
    CHECK_FALSE(is_signed(other, signature, std::vector{signing_key}));
    other = given_link;
    ++other.expires;
    CHECK_FALSE(is_signed(other, signature, std::vector{signing_key}));
    other = given_link;
    other.disposition = ResultDisposition::attachment;
    CHECK_FALSE(is_signed(other, signature, std::vector{signing_key}));
    CHECK(signed_result_path(other, "png", signing_key).find("&download=true&sig=") != std::string::npos);
    CHECK_FALSE(is_signed(given_link, "", std::vector{signing_key}));
    CHECK_FALSE(is_signed(given_link, signature.substr(1), std::vector{signing_key}));
}

TEST_CASE("a former key opens what it has signed")
{
    const std::string signature = signature_in(signed_result_path(given_link, "png", former_key));
    CHECK(is_signed(given_link, signature, std::vector{signing_key, former_key}));
    CHECK_FALSE(is_signed(given_link, signature, std::vector{signing_key}));
    CHECK_FALSE(is_signed(given_link, signature, {}));
}

TEST_CASE("a link ends as its source does, or as such results do")
{
    CHECK(link_extension("https://h/a/b.JPEG?x=.png", false) == "jpg");
    CHECK(link_extension("https://h/a/b.svg", false) == "png");
    CHECK(link_extension("https://h/a/b", true) == "mp4");
}

TEST_CASE("a file is sent by nginx, as what it is")
{
    const Time now = at("2026-11-22T12:00:00Z");
    StoredResult result{
        .id = "0199aabbccddeeff00112233", .mime = "image/jpeg", .expires_at = now + std::chrono::hours{1}};
    const auto headers = delivery_headers(result, "ab/abcd", ResultDisposition::attachment, now);
    using Header = std::pair<std::string, std::string>;
    CHECK(headers ==
          std::vector<Header>{{"Content-Type", "image/jpeg"},
                              {"Content-Disposition", "attachment; filename=\"res_0199aabbccddeeff00112233.jpg\""},
                              {"Cache-Control", "private, max-age=3600"},
                              {"X-Accel-Redirect", "/dreamina-results/ab/abcd"}});
}

TEST_CASE("the provider's copy is named while it lives and its host is allowed")
{
    const Time now = at("2026-11-22T12:00:00Z");
    StoredResult result{.source_url = "https://p3-sign.byteimg.com/x", .source_until = now + std::chrono::hours{1}};
    CHECK(other_copy(result, std::nullopt, now) == "https://p3-sign.byteimg.com/x");
    CHECK(other_copy(result, std::nullopt, now + std::chrono::hours{1}).empty());
    result.source_url = "https://evil.example/";
    CHECK(other_copy(result, std::nullopt, now).empty());
    result.source_url = std::nullopt;
    CHECK(other_copy(result, std::nullopt, now).empty());
}
