#pragma once
/// What a host and a base URL look like in the settings, and the proxy of an account.

#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

/// An IPv4 or bare IPv6 address, or a host's name. Fit to be rendered into another program's configuration.
bool is_host(std::string_view text);

/// http or https with a host; a path is allowed, a query, a fragment and blanks are not.
bool is_base_url(std::string_view text);

/// A http, https, socks4 or socks5 URL with a host, as it is stored: what stands in its user and password and would end
/// them, or the whole, for the upstream (commas, @, blanks, / ? #) is percent-encoded. Nothing for anything else.
std::optional<std::string> stored_proxy_url(std::string_view text);

/// An address of this machine itself: 127.0.0.0/8, ::1, and the former written as IPv6.
bool is_loopback(std::string_view address);

}  // namespace dreamina
