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

/// `through_proxy`: a proxy in front may have kept back what would have shown that the page is ours.
Reply foreign_page(bool through_proxy)
{
    return error_reply(403, "error.foreign_page",
                       {{"why", Message{through_proxy ? "page.foreign_or_proxy" : "page.foreign"}}});
}

}  // namespace

std::optional<Reply> refuse_foreign_page(const Request& request)
{
    // Pages cannot set these headers. Sec-Fetch-Site comes over TLS and from this machine only; it needs no comparison.
    if (const std::string* site = find_header(request.headers, "Sec-Fetch-Site")) {
        if (*site == "same-origin" || *site == "none") return std::nullopt;
        return foreign_page(false);
    }
    const std::string* origin = find_header(request.headers, "Origin");
    if (origin == nullptr) return std::nullopt;
    const std::string_view host = authority_of(*origin);
    if (!host.empty() && (names_host(joined_header(request.headers, "Host"), host) ||
                          names_host(joined_header(request.headers, "X-Forwarded-Host"), host)))
        return std::nullopt;
    return foreign_page(true);
}

}  // namespace dreamina
