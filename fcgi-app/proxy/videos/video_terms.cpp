#include "proxy/videos/video_terms.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/json_reader.hpp"
#include "core/base/text.hpp"

namespace dreamina {
namespace {

struct Frame {
    std::int64_t width;
    std::int64_t height;
};

/// The upstreams' videos (jimeng-api, src/api/controllers/videos.ts); their pixels are the provider's.
struct FrameRatio {
    std::string_view name;
    std::array<Frame, 2> frames;  ///< of 720p and 1080p
};
constexpr std::array<std::string_view, 2> resolutions{"720p", "1080p"};
constexpr std::array frame_ratios{
    FrameRatio{"1:1", {{{960, 960}, {1440, 1440}}}},   FrameRatio{"4:3", {{{1112, 834}, {1664, 1248}}}},
    FrameRatio{"3:4", {{{834, 1112}, {1248, 1664}}}},  FrameRatio{"16:9", {{{1280, 720}, {1920, 1080}}}},
    FrameRatio{"9:16", {{{720, 1280}, {1080, 1920}}}}, FrameRatio{"21:9", {{{1470, 630}, {2206, 946}}}},
};

constexpr std::int64_t max_side_of_frame = 100'000;

/// By a part of the name, as jimeng-api tells its models from one another; the first that fits.
struct KnownVideoModel {
    std::string_view part;
    VideoModel makes;
};
const std::vector<KnownVideoModel>& known_video_models()
{
    static const std::vector<KnownVideoModel> all{
        {"veo3", {{8}, 8, false}},
        {"sora2", {{4, 8, 12}, 4, false}},
        {"video-3.5-pro", {{5, 10, 12}, 5, false}},
        {"seedance-2.0", {{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, 5, false}},
        {"video-3.0-pro", {{5, 10}, 5, false}},
        {"video-3.0", {{5, 10}, 5, true}},
        {"video-2.0", {{5, 10}, 5, false}},
    };
    return all;
}

std::string text_member(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string written_size(const Frame& frame) { return fmt::format("{}x{}", frame.width, frame.height); }

std::optional<double> side_of_frame(std::string_view text)
{
    const auto pixels = whole_number(text);
    if (!pixels || *pixels < 1 || *pixels > max_side_of_frame) return std::nullopt;
    return static_cast<double>(*pixels);
}

}  // namespace

std::string video_meta(const VideoTerms& terms)
{
    const Json meta{{"model", terms.model}, {"seconds", terms.seconds}, {"size", terms.size}};
    return meta.dump(-1, ' ', false, Json::error_handler_t::replace);
}

VideoTerms parse_video_meta(std::string_view meta)
{
    const auto parsed = parse_json(meta);
    if (!parsed || !parsed->is_object()) return {};
    return {.model = text_member(*parsed, "model"),
            .seconds = text_member(*parsed, "seconds"),
            .size = text_member(*parsed, "size")};
}

VideoModel video_model(std::string_view name)
{
    for (const KnownVideoModel& known : known_video_models())
        if (name.find(known.part) != std::string_view::npos) return known.makes;
    return {};
}

std::optional<VideoSize> video_size(std::string_view text)
{
    const auto cross = text.find_first_of("xX*");
    if (cross == std::string_view::npos) return std::nullopt;
    const auto width = side_of_frame(text.substr(0, cross));
    const auto height = side_of_frame(text.substr(cross + 1));
    if (!width || !height) return std::nullopt;
    // By their logarithms, so that 3:4 is as far from 1:1 as 4:3 is.
    const double wanted = std::log(*width / *height);
    const auto distance = [&](const FrameRatio& ratio) {
        const Frame& frame = ratio.frames.front();
        return std::abs(std::log(static_cast<double>(frame.width) / static_cast<double>(frame.height)) - wanted);
    };
    const FrameRatio& nearest =
        *std::min_element(frame_ratios.begin(), frame_ratios.end(),
                          [&](const FrameRatio& a, const FrameRatio& b) { return distance(a) < distance(b); });
    const Frame& smallest = nearest.frames.front();
    const bool fits_smallest = *width * *height <= static_cast<double>(smallest.width * smallest.height);
    return VideoSize{nearest.name, fits_smallest ? resolutions.front() : resolutions.back()};
}

std::string pixels_of(std::string_view ratio, std::string_view resolution)
{
    const auto* known = std::find_if(frame_ratios.begin(), frame_ratios.end(),
                                     [&](const FrameRatio& each) { return each.name == ratio; });
    if (known == frame_ratios.end()) known = frame_ratios.begin();
    return written_size(resolution == resolutions.back() ? known->frames.back() : known->frames.front());
}

std::string all_video_sizes()
{
    std::vector<std::string> sizes;
    for (const FrameRatio& ratio : frame_ratios) sizes.push_back(written_size(ratio.frames.front()));
    return fmt::format("{}", fmt::join(sizes, ", "));
}

}  // namespace dreamina
