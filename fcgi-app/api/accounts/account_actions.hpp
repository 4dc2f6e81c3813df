#pragma once
/// POST /api/accounts/actions: the same for many accounts. POST /api/accounts/undelete: takes a deletion back.

#include <string>
#include <vector>

#include "api/http/router.hpp"

namespace dreamina {

std::vector<Route> account_action_routes();

/// What takes a deletion back, and until when.
struct Undo {
    std::string token;
    Time until{};
};
Undo new_undo(const Call& call);

}  // namespace dreamina
