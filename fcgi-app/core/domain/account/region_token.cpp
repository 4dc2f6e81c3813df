#include "core/domain/account/region_token.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

constexpr std::size_t region_length = 2;
constexpr std::size_t min_session_length = 32;

bool is_session_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

std::string_view to_string(Region region)
{
    switch (region) {
    case Region::us: return "us";
    case Region::hk: return "hk";
    case Region::jp: return "jp";
    case Region::sg: return "sg";
    case Region::cn: return "cn";
    }
    return "us";
}

std::optional<Region> parse_region(std::string_view text)
{
    for (const Region region : all_regions)
        if (equals_ignoring_case(text, to_string(region))) return region;
    return std::nullopt;
}

SplitSession split_session(std::string_view text)
{
    if (text.size() > region_length && text[region_length] == '-') {
        if (const auto region = parse_region(text.substr(0, region_length)))
            return {std::string{text.substr(region_length + 1)}, region};
    }
    return {std::string{text}, std::nullopt};
}

bool looks_like_session(std::string_view text)
{
    const std::string session = split_session(text).session_id;
    return session.size() >= min_session_length && std::all_of(session.begin(), session.end(), is_session_digit);
}

bool is_session_id(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > 0x20 && c < 0x7F && c != ',' && c != '@' && c != '"' && c != '\\';
    });
}

std::string upstream_token(Region region, std::string_view session_id, std::string_view proxy_url)
{
    std::string token;
    if (!proxy_url.empty()) token.append(proxy_url).append("@");
    if (region != Region::cn) token.append(to_string(region)).append("-");
    return token.append(session_id);
}

}  // namespace dreamina
