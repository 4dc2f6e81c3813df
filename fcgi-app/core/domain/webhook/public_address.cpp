#include "core/domain/webhook/public_address.hpp"

#include <algorithm>

namespace dreamina {
namespace {

struct Ipv4Range {
    std::uint32_t first;
    int bits;
};

constexpr std::uint32_t ipv4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d)
{
    return a << 24U | b << 16U | c << 8U | d;
}

constexpr std::array special_ipv4{
    Ipv4Range{ipv4(0, 0, 0, 0), 8},        // this network: Linux takes 0.0.0.0 for itself
    Ipv4Range{ipv4(10, 0, 0, 0), 8},       // private
    Ipv4Range{ipv4(100, 64, 0, 0), 10},    // behind a provider's NAT
    Ipv4Range{ipv4(127, 0, 0, 0), 8},      // loopback
    Ipv4Range{ipv4(169, 254, 0, 0), 16},   // link-local; clouds serve credentials there
    Ipv4Range{ipv4(172, 16, 0, 0), 12},    // private
    Ipv4Range{ipv4(192, 0, 0, 0), 24},     // protocol assignments
    Ipv4Range{ipv4(192, 0, 2, 0), 24},     // documentation
    Ipv4Range{ipv4(192, 88, 99, 0), 24},   // 6to4 relays
    Ipv4Range{ipv4(192, 168, 0, 0), 16},   // private
    Ipv4Range{ipv4(198, 18, 0, 0), 15},    // benchmarks
    Ipv4Range{ipv4(198, 51, 100, 0), 24},  // documentation
    Ipv4Range{ipv4(203, 0, 113, 0), 24},   // documentation
    Ipv4Range{ipv4(224, 0, 0, 0), 4},      // multicast
    Ipv4Range{ipv4(240, 0, 0, 0), 4},      // reserved, and broadcast
};

struct Ipv6Range {
    std::array<std::uint8_t, 16> first;
    int bits;
};

constexpr Ipv6Range mapped_ipv4{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96};
constexpr Ipv6Range nat64{{0, 0x64, 0xFF, 0x9B}, 96};
constexpr Ipv6Range global_unicast{{0x20}, 3};

constexpr std::array special_ipv6{
    Ipv6Range{{0x20, 0x01}, 23},              // protocol assignments: Teredo, ORCHID, benchmarks
    Ipv6Range{{0x20, 0x01, 0x0D, 0xB8}, 32},  // documentation
    Ipv6Range{{0x20, 0x02}, 16},              // 6to4
    Ipv6Range{{0x3F, 0xFF}, 20},              // documentation
};

bool is_within(Ipv6Bytes address, const Ipv6Range& range)
{
    const auto whole = static_cast<std::size_t>(range.bits) / 8;
    if (!std::equal(range.first.begin(), range.first.begin() + static_cast<std::ptrdiff_t>(whole), address.begin()))
        return false;
    const unsigned rest = static_cast<unsigned>(range.bits) % 8;
    if (rest == 0) return true;
    const unsigned mask = 0xFFU << (8 - rest) & 0xFFU;
    return (address[whole] & mask) == (range.first[whole] & mask);
}

}  // namespace

bool is_public_ipv4(Ipv4Bytes address)
{
    const std::uint32_t number = ipv4(address[0], address[1], address[2], address[3]);
    return std::none_of(special_ipv4.begin(), special_ipv4.end(), [&](const Ipv4Range& range) {
        const auto host_bits = static_cast<unsigned>(32 - range.bits);
        return number >> host_bits == range.first >> host_bits;
    });
}

bool is_public_ipv6(Ipv6Bytes address)
{
    if (is_within(address, mapped_ipv4) || is_within(address, nat64)) return is_public_ipv4(address.last<4>());
    if (!is_within(address, global_unicast)) return false;
    return std::none_of(special_ipv6.begin(), special_ipv6.end(),
                        [&](const Ipv6Range& range) { return is_within(address, range); });
}

}  // namespace dreamina
