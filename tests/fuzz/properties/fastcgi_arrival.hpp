#pragma once
/// inspect_arrival on any bytes, compared with a reading of the whole, and what the worker's reader makes of them.

#include <string_view>
#include <vector>

#include "properties/fastcgi_wire.hpp"
#include "properties/property.hpp"

namespace dreamina::fuzz {

/// The input is what has arrived.
inline void fastcgi_arrival(std::string_view input)
{
    using State = Arrival::State;
    const Arrival whole = inspect(input);

    Arrival earlier;
    TextNumbers numbers{input};
    constexpr std::size_t max_steps = 64;
    std::size_t arrived = 0;
    while (arrived < input.size()) {
        // A copy, so that AddressSanitizer sees a read beyond its end.
        const std::vector<char> piece(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(arrived));
        const Arrival now = inspect_arrival(piece);
        require_follows(earlier, now);
        earlier = now;
        arrived += 1 + numbers.next(input.size() / max_steps);
    }
    require_follows(earlier, whole);

    const auto wire = wire_request(input);
    const bool is_request = wire && said_length(wire->params);
    require((whole.state == State::complete) == is_request, "complete to one reading only");
    if (whole.state == State::refused)
        require(whole.content_length == 0 && whole.request_id == 0, "facts of a refused one");
    if (!is_request) return;
    require(whole.request_id == wire->id, "another request's number");
    require(whole.content_length == *said_length(wire->params), "another length of the body");
    require_readable(input, *wire, true);
}

}  // namespace dreamina::fuzz
