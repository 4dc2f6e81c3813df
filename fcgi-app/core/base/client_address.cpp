#include "core/base/client_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/text.hpp"

namespace dreamina {
namespace {

/// As IPv6; IPv4 stands within ::ffff:0:0/96.
using Bytes = std::array<std::uint8_t, 16>;

constexpr std::size_t max_address_length = 45;  // INET6_ADDRSTRLEN without its NUL
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/// How nginx names a peer on a unix socket.
constexpr std::string_view unix_peer = "unix:";

bool is_ipv4(const Bytes& bytes) { return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin()); }

/// `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]`, `[::1]:80`, `fe80::1%eth0`, each also in double quotes.
std::string_view bare_address(std::string_view text)
{
    text = trim(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    if (text.starts_with('[')) {
        const auto bracket = text.find(']');
        if (bracket == std::string_view::npos) return {};
        text = text.substr(1, bracket - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    return text.substr(0, text.find('%'));
}

std::optional<Bytes> parse_address(std::string_view text)
{
    const std::string bare{bare_address(text)};
    if (bare.size() > max_address_length || bare.find('\0') != std::string::npos) return std::nullopt;
    Bytes bytes{};
    if (::inet_pton(AF_INET6, bare.c_str(), bytes.data()) == 1) return bytes;
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
    if (::inet_pton(AF_INET, bare.c_str(), bytes.data() + mapped_prefix.size()) == 1) return bytes;
    return std::nullopt;
}

bool is_private(const Bytes& bytes)
{
    if (is_ipv4(bytes)) {
        const std::uint8_t a = bytes[12];
        const std::uint8_t b = bytes[13];
        return a == 127 || a == 10 || (a == 172 && (b & 0xF0U) == 16) || (a == 192 && b == 168) ||
               (a == 169 && b == 254) || (a == 100 && (b & 0xC0U) == 64);
    }
    const bool is_loopback =
        std::all_of(bytes.begin(), bytes.end() - 1, [](auto byte) { return byte == 0; }) && bytes.back() == 1;
    return is_loopback || (bytes[0] & 0xFEU) == 0xFC || (bytes[0] == 0xFE && (bytes[1] & 0xC0U) == 0x80);
}

std::string to_text(const Bytes& bytes)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (is_ipv4(bytes)) {
        ::inet_ntop(AF_INET, bytes.data() + mapped_prefix.size(), text, sizeof text);
    } else {
        ::inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
    }
    return text;
}

std::string key_of(Bytes bytes)
{
    if (is_ipv4(bytes)) return to_text(bytes);
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return to_text(bytes) + "/64";
}

std::vector<std::string_view> parts(std::string_view list, std::string_view separators)
{
    std::vector<std::string_view> found;
    while (!list.empty()) {
        const auto end = list.find_first_of(separators);
        if (const auto part = trim(list.substr(0, end)); !part.empty()) found.push_back(part);
        list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
    }
    return found;
}

/// `for=192.0.2.43;proto=http, for="[2001:db8::1]:4711"`
std::vector<std::string_view> forwarded_for_parts(std::string_view forwarded)
{
    constexpr std::string_view name = "for=";
    std::vector<std::string_view> found;
    for (const std::string_view pair : parts(forwarded, ",;")) {
        if (pair.size() >= name.size() && equals_ignoring_case(pair.substr(0, name.size()), name))
            found.push_back(pair.substr(name.size()));
    }
    return found;
}

/// The last that is no private address, if there is one: unreadable ones (`unknown`, `_hidden`) may be public ones.
std::optional<std::string_view> last_public(const std::vector<std::string_view>& hops)
{
    const auto found =
        std::find_if(hops.rbegin(), hops.rend(), [](std::string_view hop) { return !is_private_address(hop); });
    return found == hops.rend() ? std::nullopt : std::optional{*found};
}

}  // namespace

bool is_private_address(std::string_view text)
{
    const auto bytes = parse_address(text);
    return bytes && is_private(*bytes);
}

ClientAddress client_address(const RequestWay& way)
{
    const auto peer = parse_address(way.peer);
    const bool on_unix_socket = way.peer.starts_with(unix_peer);
    ClientAddress client;
    if (peer) client = {.address = to_text(*peer), .limit_key = key_of(*peer), .is_public = !is_private(*peer)};
    if (on_unix_socket) client = {.address = "", .limit_key = std::string{unix_peer}, .is_public = false};
    if (client.is_public) return client;

    for (const auto& hops :
         {parts(way.forwarded_for, ","), forwarded_for_parts(way.forwarded), parts(way.real_ip, ",")}) {
        const auto hop = last_public(hops);
        if (!hop) continue;
        client.is_public = true;
        // Without a readable one it is the proxy's key: whatever a client writes there must not make it another client.
        if (const auto bytes = parse_address(*hop))
            return {.address = to_text(*bytes), .limit_key = key_of(*bytes), .is_public = true};
    }
    return client;
}

}  // namespace dreamina
