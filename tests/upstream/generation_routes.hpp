#pragma once

#include "answers.hpp"
#include "options.hpp"

namespace dreamina::stand_in {

/// What `anything` answers of itself under /v1/ and to /ping: successes, the list of models, and
/// for any other path under /v1/ an echo of the body. The URLs in its answers lead to the
/// options' port: to random bytes, or to pictures and films where those are asked for.
Reply generation_reply(const Request& request, const Options& options);

}  // namespace dreamina::stand_in
