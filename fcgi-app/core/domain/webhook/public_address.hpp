#pragma once
/// Which addresses of the network belong to the public internet. What others may name (a webhook) is connected to
/// there only: neither to this machine and its neighbours nor to what a cloud keeps at link-local addresses.

#include <array>
#include <cstdint>
#include <span>

namespace dreamina {

using Ipv4Bytes = std::span<const std::uint8_t, 4>;
using Ipv6Bytes = std::span<const std::uint8_t, 16>;

/// In network order. False for all that IANA's special-purpose registry sets apart: this host, loopback, private,
/// link-local, 100.64.0.0/10, protocol assignments, documentation, benchmarks, multicast, reserved, broadcast.
bool is_public_ipv4(Ipv4Bytes address);

/// True within 2000::/3 alone, without documentation, Teredo and the rest of 2001::/23, and 6to4, whose addresses hold
/// one of IPv4 that a relay would go on to. An IPv4 address within IPv6 (::ffff:0:0/96) and behind the well-known
/// prefix of NAT64 (64:ff9b::/96) counts as what it is.
bool is_public_ipv6(Ipv6Bytes address);

}  // namespace dreamina
