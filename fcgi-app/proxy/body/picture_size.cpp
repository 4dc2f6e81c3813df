#include "proxy/body/picture_size.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

/// The upstreams' pictures: both make these (jimeng-api, src/api/consts/common.ts).
struct Ratio {
    std::string_view name;
    double width;
    double height;
    std::array<int, 2> pixels;  ///< of 1k and 2k; 4k has no larger one behind it
};
constexpr std::array ratios{
    Ratio{"1:1", 1, 1, {1024 * 1024, 2048 * 2048}},  Ratio{"4:3", 4, 3, {1024 * 768, 2304 * 1728}},
    Ratio{"3:4", 3, 4, {768 * 1024, 1728 * 2304}},   Ratio{"16:9", 16, 9, {1024 * 576, 2560 * 1440}},
    Ratio{"9:16", 9, 16, {576 * 1024, 1440 * 2560}}, Ratio{"3:2", 3, 2, {1024 * 682, 2496 * 1664}},
    Ratio{"2:3", 2, 3, {682 * 1024, 1664 * 2496}},   Ratio{"21:9", 21, 9, {1195 * 512, 3024 * 1296}},
};

constexpr int max_side = 100'000;

std::optional<double> side(std::string_view text)
{
    const auto pixels = whole_number(text);
    return pixels && *pixels >= 1 && *pixels <= max_side ? std::optional{static_cast<double>(*pixels)} : std::nullopt;
}

}  // namespace

std::optional<PictureSize> picture_size(std::string_view text)
{
    const auto cross = text.find_first_of("xX*");
    if (cross == std::string_view::npos) return std::nullopt;
    const auto width = side(text.substr(0, cross));
    const auto height = side(text.substr(cross + 1));
    if (!width || !height) return std::nullopt;
    // By their logarithms, so that 2:3 is as far from 1:1 as 3:2 is.
    const double wanted = std::log(*width / *height);
    const auto distance = [&](const Ratio& ratio) { return std::abs(std::log(ratio.width / ratio.height) - wanted); };
    const Ratio& nearest = *std::min_element(ratios.begin(), ratios.end(),
                                             [&](const Ratio& a, const Ratio& b) { return distance(a) < distance(b); });
    const double pixels = *width * *height;
    const std::string_view resolution = pixels <= nearest.pixels[0] ? "1k" : pixels <= nearest.pixels[1] ? "2k" : "4k";
    return PictureSize{nearest.name, resolution};
}

}  // namespace dreamina
