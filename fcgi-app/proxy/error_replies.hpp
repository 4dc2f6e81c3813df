#pragma once
/// The answers when no account can serve: why, and when to come back.

#include "core/base/clock.hpp"
#include "core/domain/model_catalog.hpp"
#include "proxy/upstream.hpp"
#include "core/storage/accounts/account_selection.hpp"
#include "net/exchange.hpp"

namespace dreamina {

/// 503 with Retry-After: the earliest moment that an account comes back, as far as that can be known.
Reply no_account_reply(const ModelRule& rule, const Eligibility& eligibility, const Settings& settings, Time now);

/// 503 as well: it would be forwarded in vain. `retry_at`: when the next probe is due.
Reply upstream_down_reply(std::optional<Time> retry_at, Time now);

Reply database_refuses_reply();

/// No upstream's answer came whole: 502 or 504. `anything_sent`: with any of the accounts that were tried.
Reply no_answer_reply(TransferEnd end, bool anything_sent);

}  // namespace dreamina
