#pragma once
/// /api/accounts: list, add, change, remove, ban, unban, enable, disable.

#include <vector>

#include "domain/account.hpp"
#include "server/router.hpp"

namespace dreamina {

std::vector<Route> account_routes();

/// The id in a route's first {…}; nothing if it is not a whole number, which is then an unknown account.
std::optional<AccountId> account_id(const Call& call);
Reply unknown_account();

}  // namespace dreamina
