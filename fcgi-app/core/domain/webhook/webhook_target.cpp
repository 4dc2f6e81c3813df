#include "core/domain/webhook/webhook_target.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "core/domain/address.hpp"
#include "core/domain/webhook/public_address.hpp"

namespace dreamina {
namespace {

constexpr std::int64_t http_port = 80;
constexpr std::int64_t https_port = 443;
constexpr std::int64_t max_port = 65535;

struct UrlAuthority {
    std::string host;
    std::optional<std::int64_t> port;
};

/// `host`, `host:port`, `[v6]`, `[v6]:port`.
std::optional<UrlAuthority> parse_authority(std::string_view text)
{
    const bool bracketed = text.starts_with('[');
    const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && host_end == std::string_view::npos) return std::nullopt;
    const std::string host = to_lower(bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end));
    const bool is_ipv6 = host.find(':') != std::string::npos;
    if (!is_host(host) || is_ipv6 != bracketed) return std::nullopt;
    std::string_view behind = host_end == std::string_view::npos ? "" : text.substr(host_end + (bracketed ? 1 : 0));
    if (behind.empty()) return UrlAuthority{host, std::nullopt};
    const auto port = whole_number(behind.substr(1));
    if (behind.front() != ':' || !port || *port < 1 || *port > max_port) return std::nullopt;
    return UrlAuthority{host, port};
}

std::string_view without_final_dot(std::string_view host) { return host.substr(0, host.size() - host.ends_with('.')); }

/// Whether it is an address that is written out and not of the public internet, or this machine by its name. Other
/// names are resolved when they are connected to.
bool is_plainly_private(const std::string& host)
{
    std::array<std::uint8_t, 16> bytes{};
    if (::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) return !is_public_ipv4(std::span{bytes}.first<4>());
    if (::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1) return !is_public_ipv6(bytes);
    const std::string_view name = without_final_dot(host);
    return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace

std::optional<WebhookTarget> parse_webhook_url(std::string_view url)
{
    const std::size_t scheme_end = url.find("://");
    const bool is_printable = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    if (scheme_end == std::string_view::npos || url.size() > max_webhook_url_length || !is_printable ||
        url.find_first_of("\\#") != std::string_view::npos)
        return std::nullopt;
    const bool tls = equals_ignoring_case(url.substr(0, scheme_end), "https");
    if (!tls && !equals_ignoring_case(url.substr(0, scheme_end), "http")) return std::nullopt;
    const std::string_view rest = url.substr(scheme_end + 3);
    auto authority = parse_authority(rest.substr(0, rest.find_first_of("/?")));
    if (!authority) return std::nullopt;
    return WebhookTarget{tls, std::move(authority->host), authority->port.value_or(tls ? https_port : http_port)};
}

std::string webhook_origin(std::string_view url)
{
    const std::size_t scheme_end = url.find("://");
    const std::size_t host = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
    return std::string{url.substr(0, url.find_first_of("/?", host))} + '/';
}

bool is_webhook_host(std::string_view text) { return parse_authority(text).has_value(); }

bool lists_target(std::span<const std::string> hosts, const WebhookTarget& target)
{
    return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& entry) {
        const auto listed = parse_authority(entry);
        return listed && without_final_dot(listed->host) == without_final_dot(target.host) &&
               listed->port.value_or(target.port) == target.port;
    });
}

std::vector<std::string> webhook_host_list(std::string_view text)
{
    constexpr std::string_view separators = ", \t";
    std::vector<std::string> hosts;
    for (;;) {
        const auto begin = text.find_first_not_of(separators);
        if (begin == std::string_view::npos) return hosts;
        text.remove_prefix(begin);
        const auto end = text.find_first_of(separators);
        hosts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return hosts;
        text.remove_prefix(end);
    }
}

Message webhook_url_fault(std::string_view url, const std::optional<std::string>& allow_hosts)
{
    const auto target = parse_webhook_url(url);
    if (!target) return {"field.not_webhook_url"};
    if (lists_target(webhook_host_list(allow_hosts.value_or("")), *target)) return {};
    if (!target->tls) return {"field.webhook_not_https", {{"host", target->host}}};
    if (is_plainly_private(target->host)) return {"field.webhook_private", {{"host", target->host}}};
    return {};
}

Message request_webhook_fault(std::string_view url, std::span<const std::string> key_hosts,
                              const std::optional<std::string>& allow_hosts)
{
    Message fault = webhook_url_fault(url, allow_hosts);
    if (!fault.empty()) return fault;
    const auto target = parse_webhook_url(url);
    if (lists_target(key_hosts, *target)) return {};
    return {"field.webhook_host_not_listed", {{"host", target->host}}};
}

}  // namespace dreamina
