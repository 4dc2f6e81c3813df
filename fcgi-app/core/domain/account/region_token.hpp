#pragma once
/// Regions and the credentials that the upstream takes: `[proxyURL@][us-|hk-|jp-|sg-]session_id`.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

/// The values are bit positions in a RegionSet and part of stored rows: append only.
enum class Region : std::uint8_t { us = 0, hk = 1, jp = 2, sg = 3, cn = 4 };

inline constexpr std::array all_regions{Region::us, Region::hk, Region::jp, Region::sg, Region::cn};

std::string_view to_string(Region region);
/// Lower or upper case; nothing for anything else.
std::optional<Region> parse_region(std::string_view text);

/// Which regions have something: bit (1 << Region).
using RegionSet = std::uint8_t;
constexpr RegionSet every_region = 0b11111;
constexpr RegionSet only(Region region) { return static_cast<RegionSet>(1U << static_cast<unsigned>(region)); }
constexpr RegionSet without(RegionSet set, RegionSet others) { return static_cast<RegionSet>(set & ~others); }
constexpr bool contains(RegionSet set, Region region) { return (set & only(region)) != 0; }

/// A session id as a person wrote it, taken apart.
struct SplitSession {
    std::string session_id;        ///< without the prefix
    std::optional<Region> region;  ///< from a prefix `us- hk- jp- sg- cn-`, if there was one
};
SplitSession split_session(std::string_view text);

/// 32 or more of [0-9a-f], with or without a region's prefix.
bool looks_like_session(std::string_view text);

/// Fit to be sent: it becomes part of a header, where blanks, commas (the upstream's separator of several tokens) and @
/// (which ends a proxy's URL) would mean something else.
bool is_session_id(std::string_view text);

/// What goes behind `Authorization: Bearer ` to the upstream. CN has no prefix: the upstream would send it on as
/// part of the session.
std::string upstream_token(Region region, std::string_view session_id, std::string_view proxy_url = {});

}  // namespace dreamina
