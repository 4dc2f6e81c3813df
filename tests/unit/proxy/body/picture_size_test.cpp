#include "proxy/body/picture_size.hpp"

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("a size becomes the nearest ratio, and a resolution with no fewer pixels")
{
    struct Row {
        const char* size;
        const char* ratio;
        const char* resolution;
    };
    for (const auto& [size, ratio, resolution] : {
             Row{"1024x1024", "1:1", "1k"},
             Row{"512X512", "1:1", "1k"},
             Row{"256x256", "1:1", "1k"},
             Row{"1025x1024", "1:1", "2k"},
             Row{"1536x1024", "3:2", "2k"},
             Row{"1024x1536", "2:3", "2k"},
             Row{"1792x1024", "16:9", "2k"},
             Row{"1024x1792", "9:16", "2k"},
             Row{"1024x768", "4:3", "1k"},
             Row{"2048x2048", "1:1", "2k"},
             Row{"2560x1440", "16:9", "2k"},
             Row{"3840x2160", "16:9", "4k"},
             Row{"4096x4096", "1:1", "4k"},
             Row{"9000x9000", "1:1", "4k"},
             Row{"2520x1080", "21:9", "2k"},
             Row{"100x1000", "9:16", "1k"},
         }) {
        CAPTURE(size);
        CHECK(picture_size(size) == PictureSize{ratio, resolution});
    }
}

TEST_CASE("what is no size is none")
{
    for (const char* text :
         {"", "auto", "x", "1024", "1024x", "x1024", "0x1", "-1x5", "1x1x1", "1e3x1", "1000000x1", " 1x1"})
        CHECK_FALSE(picture_size(text));
}
