#pragma once
/// Why an account does not serve, beyond what its status says.

#include <string>

#include "core/domain/account/account.hpp"

namespace dreamina {

/// What a page shows beside the status: the cause of a ban or of an expired session where it is known, and what any
/// other status means. Until when a ban lasts is not part of it. Empty for an active account that is used.
Message status_message(const Account& account, UpstreamKind upstream = UpstreamKind::unknown);

/// The same as scripts know it: a code, and what another program said.
struct StatusCause {
    std::string code;  ///< "rate_limited"; empty where nothing is known
    std::string text;  ///< in English or their own language; may be empty
};

/// Of a banned account or one with an expired session, or an active one that is not used; nothing for the others.
StatusCause status_cause(const Account& account, UpstreamKind upstream = UpstreamKind::unknown);

}  // namespace dreamina
