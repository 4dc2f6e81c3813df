#pragma once
/// Reads a whole body piece by piece. Blocks on the disk for a spooled one: not on the event loop then.

#include <array>
#include <string_view>

#include "net/body.hpp"

namespace dreamina {

template <class Take>
void for_each_piece(const Body& body, Take take)
{
    std::array<char, 64 * 1024> piece{};
    std::uint64_t offset = 0;
    while (const std::size_t count = body.read(offset, piece)) {
        take(std::string_view{piece.data(), count});
        offset += count;
    }
}

/// The scanner after all of the body.
template <class Scanner>
Scanner scanned(Scanner scanner, const Body& body)
{
    for_each_piece(body, [&](std::string_view piece) { scanner.feed(piece); });
    return scanner;
}

}  // namespace dreamina
