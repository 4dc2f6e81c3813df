#pragma once
/// OpenAI's terms of a video (`seconds`, `size`) in the upstreams', by what each of their models makes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dreamina {

/// A video as its client asked for it; where it asked for nothing, as the upstream makes it then.
struct VideoTerms {
    std::string model;
    std::string seconds;
    std::string size;  ///< "1280x720"

    bool operator==(const VideoTerms&) const = default;
};

/// As a generation's row keeps them: JSON.
std::string video_meta(const VideoTerms& terms);
/// Of what video_meta() made; empty texts of what it did not.
VideoTerms parse_video_meta(std::string_view meta);

/// What one of the upstreams' models makes.
struct VideoModel {
    std::vector<std::int64_t> seconds;  ///< empty: it is not known, so the upstream is to say
    std::int64_t usual_seconds = 5;
    bool has_resolutions = true;  ///< false: one that cannot be chosen
};
/// `name`: as the upstream gets it.
VideoModel video_model(std::string_view name);

struct VideoSize {
    std::string_view ratio;       ///< "16:9"
    std::string_view resolution;  ///< "720p" or "1080p"

    bool operator==(const VideoSize&) const = default;
};

/// The ratio that is nearest to "WIDTHxHEIGHT", and the smallest resolution whose picture has as many pixels; the
/// largest there is where none has. Nothing if the text is no size.
std::optional<VideoSize> video_size(std::string_view text);

/// "1280x720"; the first of each where the upstreams know no such ratio or resolution.
std::string pixels_of(std::string_view ratio, std::string_view resolution);
/// The sizes of all ratios in the smallest resolution, for people: "960x960, 1112x834, …".
std::string all_video_sizes();

}  // namespace dreamina
