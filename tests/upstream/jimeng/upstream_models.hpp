#pragma once

#include <string>
#include <string_view>

#include "jimeng/upstream.hpp"

namespace dreamina::stand_in {

/// What an upstream makes of a model's name for a token of a region ("us", "hk", "jp", "sg" or "cn").
struct ModelChoice {
    std::string made_with;  ///< the model that it uses; empty if it refuses
    std::string refusal;    ///< its sentence; of A a -1000, of B as `has_code` says
    bool has_code = false;  ///< B: [API_REQUEST_PARAMS_INVALID] stands before it
};

std::string region_of_token(std::string_view token);

ModelChoice image_model(std::string_view asked, std::string_view region, const Role& role);

/// A video model that it does not know becomes its default in silence.
std::string video_model(std::string_view asked, std::string_view region, const Role& role);

std::string_view default_image_model(const Role& role);
constexpr std::string_view default_video_model = "jimeng-video-3.5-pro";

}  // namespace dreamina::stand_in
