#pragma once
/// The guard against other sites' pages that make a logged-in browser call /api.

#include <optional>

#include "net/exchange.hpp"
#include "net/request.hpp"

namespace dreamina {

/// A browser tells whose page makes it call. 403 if it is not our own: nothing of another origin, not even of another
/// port of this host, may use the cookie or log a browser in.
std::optional<Reply> refuse_foreign_page(const Request& request);

}  // namespace dreamina
