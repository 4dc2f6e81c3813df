#pragma once
/// Which of the programs that stand behind us answers.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace dreamina {

enum class UpstreamKind {
    unknown,
    jimeng_api,
    jimeng_api_go,
};

/// As it is stored: "jimeng-api", "jimeng-api-go"; empty for unknown.
std::string_view to_string(UpstreamKind kind);
/// Unknown for any other text.
UpstreamKind parse_upstream_kind(std::string_view text);

/// jimeng-api-go knows no proxies: one that stands in front of a session goes to its provider as a cookie, password and
/// all.
constexpr bool gives_proxies_away(UpstreamKind kind) { return kind == UpstreamKind::jimeng_api_go; }

/// What is known of the upstream.
struct UpstreamFacts {
    std::string base_url = {};  ///< that was asked; empty: none yet
    UpstreamKind kind = UpstreamKind::unknown;
    std::string version = {};       ///< as it tells it; empty if it does not
    std::optional<Time> seen_at{};  ///< when it was last found out

    bool operator==(const UpstreamFacts&) const = default;
};

}  // namespace dreamina
