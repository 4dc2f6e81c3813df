#pragma once

#include <cstdint>

#include "answers.hpp"

namespace dreamina::stand_in {

/// What `anything` answers of itself under /v1/ and to /ping: successes, the list of models, and
/// for any other path under /v1/ an echo of the body. The URLs in its answers lead to `port`.
Reply generation_reply(const Request& request, Dialect dialect, std::uint16_t port);

}  // namespace dreamina::stand_in
