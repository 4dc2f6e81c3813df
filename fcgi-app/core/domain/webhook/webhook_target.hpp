#pragma once
/// Where events may be sent: an https URL of the public internet, or any http(s) URL of a host that the administrator
/// lists (WEBHOOK_ALLOW_HOSTS). What an address resolves to is checked where the connection is made.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/message/message.hpp"

namespace dreamina {

constexpr std::size_t max_webhook_url_length = 2048;
constexpr std::size_t max_webhook_hosts = 50;  ///< of a key

struct WebhookTarget {
    bool tls = true;
    std::string host;  ///< lower case; an IPv6 address without brackets
    std::int64_t port = 443;
};

/// Nothing for what is no http(s) URL with a host, or has a user, a fragment, blanks or a backslash: no two programs
/// may disagree about its host.
std::optional<WebhookTarget> parse_webhook_url(std::string_view url);

/// What the URLs of one host and port begin with, as they are written: "https://example.com/".
std::string webhook_origin(std::string_view url);

/// `example.com`, `10.0.0.5`, `[::1]`, each also with `:port`; without one it stands for every port.
bool is_webhook_host(std::string_view text);

/// Whether one of the hosts is the target's.
bool lists_target(std::span<const std::string> hosts, const WebhookTarget& target);

/// The entries of WEBHOOK_ALLOW_HOSTS: hosts with commas or blanks between.
std::vector<std::string> webhook_host_list(std::string_view text);

/// What is wrong with a webhook's URL; empty if nothing is. `allow_hosts`: WEBHOOK_ALLOW_HOSTS.
Message webhook_url_fault(std::string_view url, const std::optional<std::string>& allow_hosts);

/// The same for the URL that a request of a key names: its host must be one of `key_hosts`.
Message request_webhook_fault(std::string_view url, std::span<const std::string> key_hosts,
                              const std::optional<std::string>& allow_hosts);

}  // namespace dreamina
