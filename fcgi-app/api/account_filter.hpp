#pragma once
/// Which accounts a caller means, as the query of a list says it.

#include "server/router.hpp"
#include "storage/account_list.hpp"

namespace dreamina {

/// `region` and `status` (lists with commas), `email`, `room` (a model's id), `at_limit`. Error code
/// "invalid_parameter".
Result<AccountFilter> read_account_filter(const Call& call);

}  // namespace dreamina
