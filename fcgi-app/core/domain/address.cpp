#include "core/domain/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

bool is_ip_address(const std::string& text)
{
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return ::inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_host_label(std::string_view label)
{
    const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), fits);
}

bool is_host_name(std::string_view text)
{
    if (text.size() > 253) return false;
    if (text.ends_with('.')) text.remove_suffix(1);
    const std::string_view last_label = text.substr(text.rfind('.') + 1);
    if (std::all_of(last_label.begin(), last_label.end(), is_digit)) return false;  // a mistyped IPv4 address
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!is_host_label(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_port(std::string_view text)
{
    const auto port = whole_number(text);
    return port && *port >= 1 && *port <= 65535;
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`; names in other scripts are left to the resolver.
bool is_authority(std::string_view text)
{
    if (const auto at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
    std::size_t host_end = text.find(':');
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos || !is_ip_address(std::string{text.substr(1, bracket - 1)})) return false;
        host_end = bracket + 1;
    }
    const std::string_view host = text.substr(0, host_end);
    const std::string_view behind = text.substr(host.size());
    const bool bracketed = host.starts_with('[');
    if (host.empty() || (!bracketed && host.find_first_of("[]<>\"\\^`{|}%") != std::string_view::npos)) return false;
    return behind.empty() || (behind.front() == ':' && is_port(behind.substr(1)));
}

}  // namespace

bool is_host(std::string_view text) { return is_ip_address(std::string{text}) || is_host_name(text); }

std::optional<std::string> stored_proxy_url(std::string_view text)
{
    constexpr std::array schemes{std::string_view{"http://"}, std::string_view{"https://"},
                                 std::string_view{"socks4://"}, std::string_view{"socks5://"}};
    const std::string_view url = trim(text);
    const auto scheme = std::find_if(schemes.begin(), schemes.end(), [&](std::string_view known) {
        return url.size() > known.size() && equals_ignoring_case(url.substr(0, known.size()), known);
    });
    if (scheme == schemes.end() || !is_valid_utf8(url) || has_control_characters(url)) return std::nullopt;
    const std::string_view rest = url.substr(scheme->size());
    const std::size_t at = rest.rfind('@');
    const std::string_view user = at == std::string_view::npos ? std::string_view{} : rest.substr(0, at);
    const std::string_view host = at == std::string_view::npos ? rest : rest.substr(at + 1);
    if (host.empty() || host.front() == '/' || host.find_first_of(" ,") != std::string_view::npos) return std::nullopt;

    std::string stored{*scheme};
    for (const char c : user) {
        if (std::string_view{" ,@/?#"}.find(c) == std::string_view::npos) {
            stored += c;
        } else {
            stored += fmt::format("%{:02X}", static_cast<unsigned>(c));
        }
    }
    if (at != std::string_view::npos) stored += '@';
    return stored.append(host);
}

bool is_loopback(std::string_view address)
{
    const std::string text{address};
    in_addr v4{};
    if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
    in6_addr v6{};
    if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return false;
    return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

bool is_base_url(std::string_view text)
{
    const std::size_t scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos || text.find_first_of(" ?#\\") != std::string_view::npos) return false;
    const std::string_view scheme = text.substr(0, scheme_end);
    if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) return false;
    const std::string_view rest = text.substr(scheme_end + 3);
    return is_authority(rest.substr(0, rest.find('/')));
}

}  // namespace dreamina
