#pragma once
/// Where a request comes from, for brute-force protection: whether that is public, and under which name its attempts
/// are counted.

#include <string>
#include <string_view>

namespace dreamina {

/// What a request says of its way. The headers' values as they came, several of one name joined with commas.
struct RequestWay {
    std::string_view peer;           ///< who is connected to nginx: REMOTE_ADDR
    std::string_view forwarded_for;  ///< X-Forwarded-For
    std::string_view real_ip;        ///< X-Real-IP
    std::string_view forwarded;      ///< Forwarded (RFC 7239)
};

struct ClientAddress {
    std::string address;  ///< the client's, as far as it can be believed; empty if there is none
    /// What attempts are counted under: the address, or the /64 of an IPv6 address, since one client has all of it.
    std::string limit_key;
    /// A hop on the way is not of this machine or a private network, or cannot be told. Can be made true by what a
    /// client sends, never false.
    bool is_public = true;
};

/// A public peer speaks for itself: what it says of others is not heard. A private one (loopback, RFC 1918, fc00::/7,
/// link-local, 100.64.0.0/10, a unix socket) may be a proxy: any public address it names makes the request
/// public, and the client is then the last public one in X-Forwarded-For (else in Forwarded, else X-Real-IP), which is
/// the one that the proxy itself put there.
ClientAddress client_address(const RequestWay& way);

/// True for the private kinds above; IPv4 within IPv6 (::ffff:0:0/96) counts as IPv4. False for what is no address.
bool is_private_address(std::string_view text);

}  // namespace dreamina
