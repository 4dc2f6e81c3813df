#pragma once
/// What a file is by its first bytes: pictures and videos that browsers show and that hold no program. Whatever its
/// server says of it does not matter, and what is none of them (HTML, SVG) is nothing.

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/domain/results/stored_result.hpp"

namespace dreamina {

struct MediaType {
    ResultMedia media = ResultMedia::image;
    std::string_view mime;
    std::string_view extension;
};

/// So many bytes are enough to tell.
constexpr std::size_t media_type_bytes = 32;

std::optional<MediaType> media_type_of(std::string_view first_bytes);

/// The extension for a type that is kept; "bin" for any other.
std::string_view extension_of(std::string_view mime);

/// The most that is stored of a kind.
constexpr std::uint64_t max_result_bytes(ResultMedia media)
{
    return media == ResultMedia::image ? 64ULL * 1024 * 1024 : 1024ULL * 1024 * 1024;
}

struct PixelSize {
    std::int64_t width = 0;
    std::int64_t height = 0;
    bool operator==(const PixelSize&) const = default;
};

/// As its beginning says (a few kilobytes, but for JPEGs with large thumbnails); nothing where that does not tell.
constexpr std::size_t pixel_size_bytes = 64 * 1024;
std::optional<PixelSize> pixel_size_of(std::string_view beginning);

}  // namespace dreamina
