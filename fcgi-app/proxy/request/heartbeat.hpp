#pragma once
/// X-Dreamina-Heartbeat: how often a client that waits for its answer wants a blank before it, so that what stands
/// between does not give the connection up. As KEEP_ALIVE_BLANKS, for one request.

#include <chrono>
#include <optional>

#include <tl/expected.hpp>

#include "net/exchange.hpp"

namespace dreamina {

/// Nothing without the header; zero: none. The answer that names the header where it cannot be read.
tl::expected<std::optional<std::chrono::seconds>, Reply> read_heartbeat(const Request& request);

}  // namespace dreamina
