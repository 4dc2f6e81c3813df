#include "auth/same_origin.hpp"

#include <string>
#include <string_view>

#include "core/base/text.hpp"
#include "net/json_reply.hpp"

namespace dreamina {
namespace {

/// `host[:port]` of an origin such as `https://host:port`.
std::string_view authority_of(std::string_view origin)
{
    const auto scheme_end = origin.find("://");
    return scheme_end == std::string_view::npos ? std::string_view{} : origin.substr(scheme_end + 3);
}

bool names_host(std::string_view hosts, std::string_view host)
{
    while (!hosts.empty()) {
        const auto comma = hosts.find(',');
        if (equals_ignoring_case(trim(hosts.substr(0, comma)), host)) return true;
        hosts = comma == std::string_view::npos ? std::string_view{} : hosts.substr(comma + 1);
    }
    return false;
}

Reply foreign_page(std::string_view word) { return error_reply(403, {"foreign_page", std::string{word}}); }

}  // namespace

std::optional<Reply> refuse_foreign_page(const Request& request)
{
    // Pages cannot set these headers. Sec-Fetch-Site comes over TLS and from this machine only; it needs no comparison.
    if (const std::string* site = find_header(request.headers, "Sec-Fetch-Site")) {
        if (*site == "same-origin" || *site == "none") return std::nullopt;
        return foreign_page("/api is for its own page only: another page made your browser send this");
    }
    const std::string* origin = find_header(request.headers, "Origin");
    if (origin == nullptr) return std::nullopt;
    const std::string_view host = authority_of(*origin);
    if (!host.empty() && (names_host(joined_header(request.headers, "Host"), host) ||
                          names_host(joined_header(request.headers, "X-Forwarded-Host"), host)))
        return std::nullopt;
    return foreign_page(
        "/api is for its own page only: another page made your browser send this, or a proxy in front does not pass "
        "the "
        "Host header (or X-Forwarded-Host) on");
}

}  // namespace dreamina
