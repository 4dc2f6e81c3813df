#include "proxy/videos/video_terms.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("a size becomes the nearest ratio, and the smallest resolution that has its pixels")
{
    struct Row {
        const char* size;
        VideoSize expected;
    };
    for (const Row& row :
         {Row{"1280x720", {"16:9", "720p"}}, Row{"720x1280", {"9:16", "720p"}}, Row{"1792x1024", {"16:9", "1080p"}},
          Row{"1024x1792", {"9:16", "1080p"}}, Row{"1920X1080", {"16:9", "1080p"}}, Row{"512*512", {"1:1", "720p"}},
          Row{"1000x1100", {"1:1", "1080p"}}, Row{"800x600", {"4:3", "720p"}}, Row{"2560x1080", {"21:9", "1080p"}},
          Row{"7680x4320", {"16:9", "1080p"}}}) {
        CAPTURE(row.size);
        CHECK(video_size(row.size) == row.expected);
    }
    for (const char* none : {"", "auto", "1280", "x720", "1280x", "0x720", "-1x2", "1280x720x2", "wide", "999999x1"}) {
        CAPTURE(none);
        CHECK_FALSE(video_size(none));
    }
}

TEST_CASE("each model has its own seconds, and one that is not known has none")
{
    using Seconds = std::vector<std::int64_t>;
    CHECK(video_model("jimeng-video-veo3.1").seconds == Seconds{8});
    CHECK(video_model("jimeng-video-sora2").seconds == Seconds{4, 8, 12});
    CHECK(video_model("jimeng-video-3.5-pro").seconds == Seconds{5, 10, 12});
    CHECK(video_model("jimeng-video-3.0-fast").seconds == Seconds{5, 10});
    CHECK(video_model("jimeng-video-seedance-2.0-fast").seconds.size() == 12);
    CHECK(video_model("jimeng-video-9").seconds.empty());
    CHECK(video_model("jimeng-video-3.0").has_resolutions);
    CHECK_FALSE(video_model("jimeng-video-3.0-pro").has_resolutions);
    CHECK_FALSE(video_model("jimeng-video-3.5-pro").has_resolutions);
}

TEST_CASE("what a row keeps of a video is read again, and what is none is empty")
{
    const VideoTerms terms{.model = "sora \"2\"", .seconds = "8", .size = "1280x720"};
    CHECK(parse_video_meta(video_meta(terms)) == terms);
    for (const char* none : {"", "[]", "{", R"({"model":1})"}) CHECK(parse_video_meta(none) == VideoTerms{});
}

TEST_CASE("the pixels of a ratio that nobody knows are those of the usual one")
{
    CHECK(pixels_of("16:9", "720p") == "1280x720");
    CHECK(pixels_of("9:16", "1080p") == "1080x1920");
    CHECK(pixels_of("7:3", "4k") == "960x960");
}
