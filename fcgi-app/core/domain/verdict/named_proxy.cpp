#include "core/domain/verdict/named_proxy.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

struct HostAndPort {
    std::string_view host;
    std::string_view port;
};

bool is_port_number(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "[::1]:80" as URLs have it, and "::1:80" as runtimes do.
HostAndPort split_port(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    const bool inside = text.ends_with(']');
    HostAndPort split{text, {}};
    if (colon != std::string_view::npos && !inside && is_port_number(text.substr(colon + 1)))
        split = {text.substr(0, colon), text.substr(colon + 1)};
    if (split.host.starts_with('[') && split.host.ends_with(']'))
        split.host = split.host.substr(1, split.host.size() - 2);
    return split;
}

HostAndPort address_of(std::string_view proxy_url)
{
    const std::size_t scheme_end = proxy_url.find("://");
    const std::string_view scheme = proxy_url.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end);
    std::string_view rest = scheme.empty() ? proxy_url : proxy_url.substr(scheme_end + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (const std::size_t user_end = rest.rfind('@'); user_end != std::string_view::npos)
        rest = rest.substr(user_end + 1);
    HostAndPort address = split_port(rest);
    if (address.port.empty()) address.port = scheme == "https" ? "443" : scheme.starts_with("socks") ? "1080" : "80";
    return address;
}

/// What stands behind "connect ECONNREFUSED " or "getaddrinfo ENOTFOUND ".
std::string_view named_in(std::string_view words)
{
    if (!words.starts_with("connect E") && !words.starts_with("getaddrinfo E")) return {};
    const std::size_t code = words.find(' ') + 1;
    const std::size_t address = words.find(' ', code);
    if (address == std::string_view::npos) return {};
    const std::string_view rest = words.substr(address + 1);
    return rest.substr(0, rest.find(' '));
}

bool is_numeric(std::string_view host)
{
    return host.find(':') != std::string_view::npos || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

NamesProxy names_proxy(std::string_view words, std::string_view proxy_url)
{
    const std::string_view named = named_in(words);
    if (named.empty()) return NamesProxy::nothing;
    const HostAndPort address = split_port(named);
    const HostAndPort proxy = address_of(proxy_url);
    const bool same_port = address.port.empty() || address.port == proxy.port;
    if (same_port && equals_ignoring_case(address.host, proxy.host)) return NamesProxy::its_address;
    const bool may_be = !address.port.empty() && same_port && is_numeric(address.host) && !is_numeric(proxy.host);
    return may_be ? NamesProxy::its_port : NamesProxy::no;
}

}  // namespace dreamina
