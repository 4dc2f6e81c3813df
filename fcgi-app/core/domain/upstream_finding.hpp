#pragma once
/// What stands at UPSTREAM_BASE_URL: an upstream, or something else that was entered by mistake.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "domain/upstream_kind.hpp"

namespace dreamina {

/// The names are stored, and are codes of the API: append only.
enum class UpstreamFinding {
    jimeng_api,
    jimeng_api_go,
    another_upstream,  ///< answers /ping as they do, and is neither
    ends_in_v1,        ///< /v1 is added to the address automatically
    wrong_path,        ///< the upstream answers, but not below this path
    redirect,
    web_page,
    not_the_service,  ///< answers in HTTP, but is no upstream
    http_error,       ///< the same, with an error
    https_needed,
    no_https,  ///< https:// was entered, and plain HTTP is spoken there
    bad_certificate,
    tls_fault,  ///< the two agree on no TLS, and plain HTTP is not spoken either
    not_http,
    bad_address,
    unreachable,   ///< nothing listens there, or nothing lets itself be connected
    unknown_host,  ///< the name has no address
    timed_out,
    cut,
    gateway_error,  ///< a gateway answers that it does not reach what is behind it
};

inline constexpr std::array all_upstream_findings{
    UpstreamFinding::jimeng_api,   UpstreamFinding::jimeng_api_go,   UpstreamFinding::another_upstream,
    UpstreamFinding::ends_in_v1,   UpstreamFinding::wrong_path,      UpstreamFinding::redirect,
    UpstreamFinding::web_page,     UpstreamFinding::not_the_service, UpstreamFinding::http_error,
    UpstreamFinding::https_needed, UpstreamFinding::no_https,        UpstreamFinding::bad_certificate,
    UpstreamFinding::tls_fault,    UpstreamFinding::not_http,        UpstreamFinding::bad_address,
    UpstreamFinding::unreachable,  UpstreamFinding::unknown_host,    UpstreamFinding::timed_out,
    UpstreamFinding::cut,          UpstreamFinding::gateway_error};

std::string_view to_string(UpstreamFinding finding);
std::optional<UpstreamFinding> parse_upstream_finding(std::string_view text);

bool is_upstream(UpstreamFinding finding);

/// It does not answer for now: that says nothing of which upstream it is, nor of the address.
bool is_away(UpstreamFinding finding);

UpstreamKind kind_of(UpstreamFinding finding);

/// What was found, and what to do about it.
struct UpstreamDetection {
    UpstreamFinding finding = UpstreamFinding::unreachable;
    std::string version = {};   ///< as the upstream tells it; empty if it does not
    std::string sentence = {};  ///< for people; holds neither credentials nor the upstream's text
    std::string instead = {};   ///< the address to enter, where another one would do
    std::optional<int> http_status = {};
};

}  // namespace dreamina
