#pragma once
/// The answer when no account can serve: why, and when to come back.

#include "base/clock.hpp"
#include "domain/model_catalog.hpp"
#include "storage/account_selection.hpp"
#include "server/exchange.hpp"

namespace dreamina {

/// 503 with Retry-After: the earliest moment that an account comes back, as far as that can be known.
Reply no_account_reply(const ModelRule& rule, const Standing& standing, const Settings& settings, Time now);

}  // namespace dreamina
