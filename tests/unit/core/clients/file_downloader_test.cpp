#include "core/clients/file_downloader.hpp"

#include "core/clients/local_server.hpp"
#include "holds.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Got {
    DownloadEnd end;
    std::string body;
};

Got download(const std::string& url, bool allows_private = true, std::size_t most = 1'000'000,
             CurlFileDownloader::Options options = {})
{
    Got got;
    CurlFileDownloader downloader{std::move(options)};
    downloader.begin("tag", {.url = url, .allows_private = allows_private, .take = [&](std::string_view piece) {
                                 got.body.append(piece);
                                 return got.body.size() <= most;
                             }});
    auto ended = downloader.wait(30s, {});
    REQUIRE(ended.size() == 1);
    CHECK(ended.front().tag == "tag");
    got.end = std::move(ended.front());
    return got;
}

}  // namespace

TEST_CASE("a file is handed on piece by piece")
{
    const LocalServer server{[](auto& connection) {
        connection.request();
        connection.answer(200, std::string(500'000, 'x'));
    }};
    const Got got = download(server.url("/a"));
    CHECK(got.end.is_complete);
    CHECK(got.body.size() == 500'000);
}

TEST_CASE("nothing private is reached unless its host is listed")
{
    const LocalServer server{[](auto& connection) { connection.answer(200, "secret"); }};
    const Got got = download(server.url("/a"), false);
    CHECK_FALSE(got.end.is_complete);
    CHECK(got.end.failure.code == "storing.address_refused");
    CHECK(got.body.empty());
    const std::string port = server.host().substr(server.host().find(':') + 1);
    const Got named = download("http://p3-sign.byteimg.com:" + port + "/a", false, 1'000'000,
                               {.resolve = {"p3-sign.byteimg.com:" + port + ":127.0.0.1"}});
    CHECK(named.end.failure.code == "storing.address_refused");
}

TEST_CASE("a redirect is not followed, and an error's body is not taken")
{
    const LocalServer server{[](auto& connection) {
        const bool redirects = connection.request().find("/moved") != std::string::npos;
        redirects ? connection.answer(302, "<a>", "Location: /elsewhere\r\n") : connection.answer(404, "<html>");
    }};
    const Got moved = download(server.url("/moved"));
    CHECK(moved.end.failure.code == "storing.redirect");
    CHECK(moved.body.empty());
    const Got missing = download(server.url("/missing"));
    CHECK(missing.end.failure.code == "storing.status");
    CHECK(missing.end.status == 404);
    CHECK(missing.body.empty());
}

TEST_CASE("no more is read than is wanted")
{
    const LocalServer server{[](auto& connection) {
        connection.request();
        connection.answer(200, std::string(5'000'000, 'x'));
    }};
    const Got got = download(server.url("/a"), true, 1000);
    CHECK_FALSE(got.end.is_complete);
    CHECK(got.body.size() < 1'000'000);
}

TEST_CASE("a file that is cut is not complete")
{
    const LocalServer server{[](auto& connection) {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        connection.close();
    }};
    CHECK_FALSE(download(server.url("/a")).end.is_complete);
}
