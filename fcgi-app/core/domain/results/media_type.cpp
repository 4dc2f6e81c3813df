#include "core/domain/results/media_type.hpp"

#include <algorithm>
#include <array>

namespace dreamina {
namespace {

using std::string_view_literals::operator""sv;

constexpr MediaType png{ResultMedia::image, "image/png", "png"};
constexpr MediaType jpeg{ResultMedia::image, "image/jpeg", "jpg"};
constexpr MediaType gif{ResultMedia::image, "image/gif", "gif"};
constexpr MediaType webp{ResultMedia::image, "image/webp", "webp"};
constexpr MediaType avif{ResultMedia::image, "image/avif", "avif"};
constexpr MediaType mp4{ResultMedia::video, "video/mp4", "mp4"};
constexpr MediaType webm{ResultMedia::video, "video/webm", "webm"};
constexpr MediaType quicktime{ResultMedia::video, "video/quicktime", "mov"};
constexpr std::array all_media_types{png, jpeg, gif, webp, avif, mp4, webm, quicktime};

/// ISO base media: the brand behind "ftyp" tells what kind.
std::optional<MediaType> by_brand(std::string_view brand)
{
    constexpr std::array video_brands{"isom"sv, "iso2"sv, "iso3"sv, "iso4"sv, "iso5"sv, "iso6"sv, "mp41"sv,
                                      "mp42"sv, "avc1"sv, "dash"sv, "M4V "sv, "MSNV"sv, "mp4v"sv, "f4v "sv};
    if (brand == "avif" || brand == "avis") return avif;
    if (brand == "qt  ") return quicktime;
    if (std::find(video_brands.begin(), video_brands.end(), brand) != video_brands.end()) return mp4;
    return std::nullopt;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

std::int64_t big_endian(std::string_view bytes, std::size_t at, std::size_t count)
{
    std::int64_t number = 0;
    for (std::size_t i = 0; i < count; ++i) number = number << 8 | byte_at(bytes, at + i);
    return number;
}

std::int64_t little_endian(std::string_view bytes, std::size_t at, std::size_t count)
{
    std::int64_t number = 0;
    for (std::size_t i = count; i > 0; --i) number = number << 8 | byte_at(bytes, at + i - 1);
    return number;
}

/// The first frame header: behind segments that each say their length.
std::optional<PixelSize> size_of_jpeg(std::string_view bytes)
{
    constexpr std::uint8_t marker = 0xFF;
    std::size_t at = 2;
    while (at + 9 <= bytes.size()) {
        if (byte_at(bytes, at) != marker) return std::nullopt;
        const std::uint8_t kind = byte_at(bytes, at + 1);
        if (kind == marker) {  // padding
            ++at;
            continue;
        }
        const bool is_frame = kind >= 0xC0 && kind <= 0xCF && kind != 0xC4 && kind != 0xC8 && kind != 0xCC;
        if (is_frame) return PixelSize{big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2)};
        const auto length = static_cast<std::size_t>(big_endian(bytes, at + 2, 2));
        if (length < 2) return std::nullopt;
        at += 2 + length;
    }
    return std::nullopt;
}

std::optional<PixelSize> size_of_webp(std::string_view bytes)
{
    if (bytes.size() < 30) return std::nullopt;
    const std::string_view form = bytes.substr(12, 4);
    if (form == "VP8X") return PixelSize{little_endian(bytes, 24, 3) + 1, little_endian(bytes, 27, 3) + 1};
    if (form == "VP8L") {
        const std::int64_t bits = little_endian(bytes, 21, 4);
        return PixelSize{(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
    }
    if (form == "VP8 ") return PixelSize{little_endian(bytes, 26, 2) & 0x3FFF, little_endian(bytes, 28, 2) & 0x3FFF};
    return std::nullopt;
}

}  // namespace

std::optional<MediaType> media_type_of(std::string_view bytes)
{
    if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return png;
    if (bytes.starts_with("\xFF\xD8\xFF"sv)) return jpeg;
    if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return gif;
    if (bytes.starts_with("RIFF"sv) && bytes.substr(0, 12).ends_with("WEBP"sv)) return webp;
    if (bytes.starts_with("\x1A\x45\xDF\xA3"sv)) return webm;
    if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp"sv) return by_brand(bytes.substr(8, 4));
    return std::nullopt;
}

std::string_view extension_of(std::string_view mime)
{
    const auto found = std::find_if(all_media_types.begin(), all_media_types.end(),
                                    [&](const MediaType& type) { return type.mime == mime; });
    return found == all_media_types.end() ? "bin" : found->extension;
}

std::optional<PixelSize> pixel_size_of(std::string_view bytes)
{
    const auto type = media_type_of(bytes);
    if (!type) return std::nullopt;
    std::optional<PixelSize> size;
    if (type->mime == png.mime && bytes.size() >= 24)
        size = PixelSize{big_endian(bytes, 16, 4), big_endian(bytes, 20, 4)};
    if (type->mime == gif.mime && bytes.size() >= 10)
        size = PixelSize{little_endian(bytes, 6, 2), little_endian(bytes, 8, 2)};
    if (type->mime == jpeg.mime) size = size_of_jpeg(bytes);
    if (type->mime == webp.mime) size = size_of_webp(bytes);
    return size && size->width > 0 && size->height > 0 ? size : std::nullopt;
}

}  // namespace dreamina
