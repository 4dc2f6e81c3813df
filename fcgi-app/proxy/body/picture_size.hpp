#pragma once
/// OpenAI's size of a picture in the upstreams' terms.

#include <optional>
#include <string_view>

namespace dreamina {

struct PictureSize {
    std::string_view ratio;       ///< "16:9"
    std::string_view resolution;  ///< "1k", "2k" or "4k"

    bool operator==(const PictureSize&) const = default;
};

/// The ratio that is nearest to "WIDTHxHEIGHT", and the smallest resolution whose picture has as many pixels; the
/// largest there is where none has. Nothing if the text is no size.
std::optional<PictureSize> picture_size(std::string_view text);

}  // namespace dreamina
