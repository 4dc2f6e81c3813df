#pragma once
/// What an answer says of when to come again (RFC 9110, 10.2.3).

#include <optional>

#include "core/base/clock.hpp"
#include "net/request.hpp"

namespace dreamina {

/// From now; nothing if it does not say, or says no such thing. Never negative.
std::optional<milliseconds> retry_after(const Headers& headers, Time now);

}  // namespace dreamina
