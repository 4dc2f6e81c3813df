#pragma once
/// What a status note says, in a word that a page can translate.

#include <string>
#include <string_view>

#include "core/domain/account/account.hpp"

namespace dreamina {

struct StatusCause {
    std::string_view word;  ///< empty: nothing that is known here
    std::string words;      ///< what another program or an administrator said, in their own language; may be empty
};

/// Why a banned account or one with an expired session is so, or an active one not used; nothing for the others, whose
/// status says it all.
StatusCause status_cause(const Account& account, UpstreamKind upstream = UpstreamKind::unknown);

}  // namespace dreamina
