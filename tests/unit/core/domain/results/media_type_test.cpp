#include "core/domain/results/media_type.hpp"

#include <doctest/doctest.h>

using namespace dreamina;
using std::string_view_literals::operator""sv;

namespace {

std::string_view mime_of(std::string_view bytes)
{
    const auto type = media_type_of(bytes);
    return type ? type->mime : "none";
}

}  // namespace

TEST_CASE("pictures and videos are known by their first bytes")
{
    CHECK(mime_of("\x89PNG\r\n\x1A\n...."sv) == "image/png");
    CHECK(mime_of("\xFF\xD8\xFF\xE0\0\x10JFIF"sv) == "image/jpeg");
    CHECK(mime_of("GIF89a...."sv) == "image/gif");
    CHECK(mime_of("RIFF\0\0\0\0WEBPVP8 "sv) == "image/webp");
    CHECK(mime_of("\0\0\0\x1C"
                  "ftypavif"sv) == "image/avif");
    CHECK(mime_of("\0\0\0\x1C"
                  "ftypisom"sv) == "video/mp4");
    CHECK(mime_of("\0\0\0\x14"
                  "ftypqt  "sv) == "video/quicktime");
    CHECK(mime_of("\x1A\x45\xDF\xA3webm"sv) == "video/webm");
    CHECK(extension_of("image/jpeg") == "jpg");
    CHECK(extension_of("text/html") == "bin");
}

TEST_CASE("what a browser would run is no result, whatever it calls itself")
{
    CHECK(mime_of("<!doctype html>"sv) == "none");
    CHECK(mime_of("<svg xmlns=\"http://www.w3.org/2000/svg\">"sv) == "none");
    CHECK(mime_of("<?xml version=\"1.0\"?>"sv) == "none");
    CHECK(mime_of("RIFF\0\0\0\0WAVE"sv) == "none");
    CHECK(mime_of("\0\0\0\x1C"
                  "ftypheic"sv) == "none");
    CHECK(mime_of("\x89PNG"sv) == "none");
    CHECK(mime_of(""sv) == "none");
}

TEST_CASE("the size of a picture is read from its beginning")
{
    const auto png = "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\x04\0\0\0\x03\0\x08\x02\0\0\0"sv;
    CHECK(pixel_size_of(png) == PixelSize{1024, 768});
    CHECK(pixel_size_of("GIF89a\x05\0\x07\0"sv) == PixelSize{5, 7});
    const auto jpeg = "\xFF\xD8\xFF\xE0\0\x04\0\0\xFF\xC2\0\x11\x08\x02\x40\x04\0\x03"sv;
    CHECK(pixel_size_of(jpeg) == PixelSize{1024, 576});
    const auto webp = "RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\xFF\x03\0\xFF\x01\0"sv;
    CHECK(pixel_size_of(webp) == PixelSize{1024, 512});
}

TEST_CASE("a picture whose beginning does not tell, or lies, has no size")
{
    CHECK_FALSE(pixel_size_of("\x89PNG\r\n\x1A\n\0\0"sv));
    CHECK_FALSE(pixel_size_of("\xFF\xD8\xFF\xE0\0\0\0\0\xFF\xC2\0\x11\x08\x02\x40\x04\0\x03"sv));
    CHECK_FALSE(pixel_size_of("\xFF\xD8\xFF\xE0\xFF\xFF"sv));
    CHECK_FALSE(
        pixel_size_of("\0\0\0\x1C"
                      "ftypisom"sv));
}
