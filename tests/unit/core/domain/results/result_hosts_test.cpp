#include "core/domain/results/result_hosts.hpp"

#include <doctest/doctest.h>

#include "core/storage/temporary_database.hpp"

using namespace dreamina;

namespace {

bool may_fetch(std::string_view url, std::optional<std::string> hosts = std::nullopt)
{
    const auto source = result_source(url, hosts);
    return source && source->is_allowed;
}

bool may_be_private(std::string_view url, const std::string& hosts)
{
    const auto source = result_source(url, hosts);
    return source && source->allows_private;
}

}  // namespace

TEST_CASE("results are fetched from the provider's hosts")
{
    CHECK(may_fetch("https://p3-dreamina-sign.byteimg.com/tos-cn-i/x~tplv.png?x-expires=1"));
    CHECK(may_fetch("https://v3-artist.vlabvod.com/video.mp4"));
    CHECK(may_fetch("https://P3-SIGN.BYTEIMG.COM./x"));
}

TEST_CASE("other hosts are asked only if the administrator lists them")
{
    for (const char* url : {"https://evil.example/x.png", "https://byteimg.com.evil.example/", "https://xbyteimg.com/",
                            "https://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd",
                            "https://user@p3-sign.byteimg.com/", "https://p3-sign.byteimg.com\\@evil.example/", ""})
        CHECK_FALSE_MESSAGE(may_fetch(url), url);
    CHECK(may_fetch("https://cdn.example/x.png", "cdn.example, *.pictures.example"));
    CHECK(may_fetch("https://a.pictures.example/x.png", "cdn.example, *.pictures.example"));
    CHECK_FALSE(may_fetch("https://pictures.example/x.png", "*.pictures.example"));
    CHECK_FALSE(may_fetch("https://xpictures.example/x.png", "*.pictures.example"));
}

TEST_CASE("only a host that is listed by its own name may be at a private address")
{
    CHECK(may_be_private("http://10.0.0.5:9000/x.png", "10.0.0.5:9000"));
    CHECK_FALSE(may_be_private("http://10.0.0.5:9001/x.png", "10.0.0.5:9000"));
    CHECK_FALSE(may_be_private("http://a.intern.example/x.png", "*.intern.example"));
    CHECK_FALSE(may_be_private("https://p3-sign.byteimg.com/x.png", ""));
}

TEST_CASE("an entry is a host, or all below one")
{
    for (const char* good : {"cdn.example", "*.cdn.example", "10.0.0.5:9000", "[::1]"}) CHECK(is_result_host(good));
    for (const char* bad : {"https://cdn.example", "*", "*.", "cdn.*.example", "a b"}) CHECK_FALSE(is_result_host(bad));
}

TEST_CASE("the provider's copy lives as long as its address says, or a day")
{
    const Time made = at("2026-11-22T12:00:00Z");
    CHECK(source_lives_until("https://h/x?lk3s=1&x-expires=1795861200&x-signature=a", made) ==
          from_millis(1'795'861'200'000));
    CHECK(source_lives_until("https://h/x?X-Tos-Expires=x", made) == made + std::chrono::hours{24});
    CHECK(source_lives_until("https://h/x?notx-expires=1795861200", made) == made + std::chrono::hours{24});
    CHECK(source_lives_until("https://h/x", made) == made + std::chrono::hours{24});
}
