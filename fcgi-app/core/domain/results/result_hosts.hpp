#pragma once
/// Where results may be fetched from. An upstream writes their addresses, so only the provider's own hosts are asked,
/// and those that the administrator lists (RESULTS_HOSTS).

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace dreamina {

/// An entry of RESULTS_HOSTS: a host, with or without a port, or *.HOST for all below it.
bool is_result_host(std::string_view text);

struct ResultSource {
    std::string host;
    bool is_allowed = false;
    bool allows_private = false;  ///< it is listed by its own name: it may be at a private address
};

/// `hosts`: RESULTS_HOSTS. Nothing for what is no http(s) URL.
std::optional<ResultSource> result_source(std::string_view url, const std::optional<std::string>& hosts);

/// How long the provider's copy lives that was made at `made_at`: as its URL says, or as such copies usually do.
Time source_lives_until(std::string_view url, Time made_at);

}  // namespace dreamina
