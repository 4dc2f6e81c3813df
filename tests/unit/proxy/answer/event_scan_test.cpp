#include "proxy/answer/event_scan.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include "gzipped_text.hpp"

using namespace dreamina;

namespace {

constexpr std::string_view progress = "data: {\"choices\":[{\"delta\":{\"content\":\"🎨 图像生成中，请稍候...\"}}]}\n\n";
constexpr std::string_view failed =
    "data: {\"choices\":[{\"delta\":{\"content\":\"生成图片失败: 积分不足\"},\"finish_reason\":\"stop\"}]}\n\n";
constexpr std::string_view done = "data: [DONE]\n\n";

EventScan scanned(std::string_view stream, std::size_t piece = 1'000'000,
                  ContentCoding coding = ContentCoding::identity)
{
    EventScan scan{coding};
    for (std::size_t at = 0; at < stream.size(); at += piece) scan.feed(stream.substr(at, piece));
    scan.end();
    return scan;
}

std::string all(std::initializer_list<std::string_view> parts)
{
    std::string text;
    for (const std::string_view part : parts) text += part;
    return text;
}

}  // namespace

TEST_CASE("a failure among events is found, whatever pieces they come in")
{
    const std::string stream = all({progress, progress, failed, done});
    for (const std::size_t piece : {1U, 2U, 3U, 50U, 100'000U}) {
        CAPTURE(piece);
        const EventScan scan = scanned(stream, piece);
        CHECK(scan.told_anything());
        REQUIRE(scan.failure());
        CHECK(scan.failure()->chat == "积分不足");
    }
}

TEST_CASE("a good stream tells no failure, and one that only ends tells nothing")
{
    CHECK_FALSE(scanned(all({progress, done})).failure());
    CHECK(scanned(progress).told_anything());
    CHECK_FALSE(scanned(done).told_anything());
    CHECK_FALSE(scanned("").told_anything());
    CHECK_FALSE(scanned(": comment\n\nevent: ping\nid: 7\n\n").told_anything());
}

TEST_CASE("lines end as the standard allows, and data may have several")
{
    for (const std::string_view stream :
         {"data: {\"error\":\ndata: \"x\"}\n\n", "data: {\"error\":\r\ndata: \"x\"}\r\n\r\n",
          "data:{\"error\":\rdata:\"x\"}\r\r", "event: error\ndata: {\"error\":\"x\"}\nid: 1\n\n",
          "data: {\"error\":\"x\"}"}) {  // the last one without its blank line
        CAPTURE(stream);
        const EventScan scan = scanned(stream, 1);
        REQUIRE(scan.failure());
        CHECK(scan.failure()->error == "x");
    }
}

TEST_CASE("the first failure counts")
{
    CHECK(scanned("data: {\"error\":\"first\"}\n\ndata: {\"error\":\"second\"}\n\n").failure()->error == "first");
}

TEST_CASE("an event with a picture in it is passed over, and the next one is read")
{
    const std::string picture = "data: {\"choices\":[{\"delta\":{\"content\":\"" + std::string(1'000'000, 'A') +
                                "\"}}],\"error\":\"none\"}\n\n";
    const EventScan scan = scanned(all({picture, failed}), 65'528);
    CHECK(scan.told_anything());
    REQUIRE(scan.failure());
    CHECK(scan.failure()->chat == "积分不足");
    CHECK_FALSE(scanned(picture).failure());
}

TEST_CASE("what is no JSON is an event all the same")
{
    CHECK(scanned("data: event 0 字\n\n").told_anything());
    CHECK_FALSE(scanned("data: event 0 字\n\n").failure());
}

TEST_CASE("a compressed stream is read; one in an unknown encoding tells nothing")
{
    EventScan scan{ContentCoding::gzip};
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    for (const std::string_view event : {progress, failed, done}) {
        char packed[1000];
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(event.data()));
        stream.avail_in = static_cast<uInt>(event.size());
        stream.next_out = reinterpret_cast<Bytef*>(packed);
        stream.avail_out = sizeof packed;
        REQUIRE(deflate(&stream, Z_SYNC_FLUSH) == Z_OK);
        scan.feed({packed, sizeof packed - stream.avail_out});
    }
    deflateEnd(&stream);
    scan.end();
    REQUIRE(scan.failure());
    CHECK(scan.failure()->chat == "积分不足");
    CHECK_FALSE(scanned(all({progress, failed}), 100, ContentCoding::unreadable).told_anything());
}
