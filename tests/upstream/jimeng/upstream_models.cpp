#include "jimeng/upstream_models.hpp"

#include <algorithm>
#include <span>
#include <array>

#include "request.hpp"

namespace dreamina::stand_in {
namespace {

using Names = std::span<const std::string_view>;

// In the order in which the refusal lists them.
constexpr auto a_us = std::to_array<std::string_view>(
    {"jimeng-4.5", "jimeng-4.1", "jimeng-4.0", "jimeng-3.0", "nanobanana", "nanobananapro"});
constexpr auto a_asia = std::to_array<std::string_view>({"jimeng-5.0", "jimeng-4.6", "jimeng-4.5", "jimeng-4.1",
                                                         "jimeng-4.0", "jimeng-3.0", "nanobanana", "nanobananapro"});
constexpr auto a_cn = std::to_array<std::string_view>(
    {"jimeng-5.0", "jimeng-4.6", "jimeng-4.5", "jimeng-4.1", "jimeng-4.0", "jimeng-3.1", "jimeng-3.0"});
constexpr auto b_abroad =
    std::to_array<std::string_view>({"jimeng-3.0", "jimeng-4.0", "jimeng-4.1", "jimeng-4.5", "jimeng-4.6",
                                     "jimeng-5.0-lite", "nanobanana", "nanobananapro"});
constexpr auto b_cn = std::to_array<std::string_view>({"jimeng-5.0-lite", "jimeng-4.6", "jimeng-4.5", "jimeng-4.1",
                                                       "jimeng-4.0", "jimeng-3.1", "jimeng-3.0", "jimeng-2.1",
                                                       "jimeng-2.0-pro", "jimeng-2.0", "jimeng-1.4", "jimeng-xl-pro"});

constexpr auto video_us = std::to_array<std::string_view>({"jimeng-video-3.5-pro", "jimeng-video-3.0"});
constexpr auto video_asia = std::to_array<std::string_view>(
    {"jimeng-video-veo3", "jimeng-video-veo3.1", "jimeng-video-sora2", "jimeng-video-3.5-pro", "jimeng-video-3.0-pro",
     "jimeng-video-3.0", "jimeng-video-3.0-fast", "jimeng-video-2.0", "jimeng-video-2.0-pro"});
constexpr auto a_video_cn = std::to_array<std::string_view>(
    {"jimeng-video-seedance-2.0", "jimeng-video-seedance-2.0-fast", "jimeng-video-3.5-pro", "jimeng-video-3.0-pro",
     "jimeng-video-3.0", "jimeng-video-3.0-fast", "jimeng-video-2.0", "jimeng-video-2.0-pro"});
constexpr auto b_video_cn = std::to_array<std::string_view>(
    {"jimeng-video-4.0-pro", "jimeng-video-4.0", "jimeng-video-3.5-pro", "jimeng-video-3.0-pro", "jimeng-video-3.0",
     "jimeng-video-3.0-fast", "jimeng-video-2.0", "jimeng-video-2.0-pro"});

bool has(Names names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

std::string listed(Names names)
{
    std::string text;
    for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

ModelChoice refused_abroad(std::string_view asked, Names names, bool has_code)
{
    return {"", "国际版不支持模型 \"" + std::string(asked) + "\"。支持的模型: " + listed(names), has_code};
}

}  // namespace

std::string_view default_image_model(const Role& role) { return role.is_b() ? "jimeng-4.0" : "jimeng-4.5"; }

std::string region_of_token(std::string_view token)
{
    if (token.find("://") != std::string_view::npos) token.remove_prefix(token.rfind('@') + 1);
    for (const std::string_view region : {"us", "hk", "jp", "sg"}) {
        if (token.size() > 3 && same_ignoring_case(token.substr(0, 2), region) && token[2] == '-') {
            return std::string(region);
        }
    }
    return "cn";
}

ModelChoice image_model(std::string_view asked, std::string_view region, const Role& role)
{
    const std::string_view fallback = default_image_model(role);
    if (role.is_b()) {
        if (region != "cn") {
            if (has(b_abroad, asked)) return {std::string(asked), "", false};
            return refused_abroad(asked, b_abroad, true);
        }
        if (asked == "nanobanana" || asked == "nanobananapro") {
            return {"", "国内站不支持" + std::string(asked) + "模型,请使用jimeng系列模型", false};
        }
        return {std::string(has(b_cn, asked) ? asked : fallback), "", false};
    }
    // What A does not know at home it makes with its default, without a word: nanobanana too.
    if (region == "cn") return {std::string(has(a_cn, asked) ? asked : fallback), "", false};
    const Names names = region == "us" ? Names(a_us) : Names(a_asia);
    if (has(names, asked)) return {std::string(asked), "", false};
    return refused_abroad(asked, names, false);
}

std::string video_model(std::string_view asked, std::string_view region, const Role& role)
{
    Names names = video_asia;
    if (region == "us") names = video_us;
    if (region == "cn") names = role.is_b() ? Names(b_video_cn) : Names(a_video_cn);
    return std::string(has(names, asked) ? asked : default_video_model);
}

}  // namespace dreamina::stand_in
