#pragma once
/// Which accounts a caller means, as the query of a list says it, or a body.

#include <vector>

#include "core/base/json_reader.hpp"
#include "api/http/router.hpp"
#include "core/storage/accounts/account_list.hpp"

namespace dreamina {

/// `region` and `status` (lists with commas), `email`, `available_for` (a model's id), `at_limit`. Error code
/// "invalid_parameter".
Result<AccountFilter> read_account_filter(const Call& call);

/// Ids in one body.
constexpr std::size_t max_chosen_accounts = 100'000;

/// Some accounts, by their ids or by what is to be true of them.
struct AccountChoice {
    std::vector<AccountId> ids;  ///< each once, in the order given
    std::optional<AccountFilter> filter;
    Json asked = Json::object();  ///< the filter, in the words of the query
};

/// The body's `accounts`: a list of at most `max_ids` ids, or an object with the fields of the query (region and status
/// may also be lists). Faults are the reader's.
Field<AccountChoice> read_account_choice(JsonReader& reader, const Call& call, std::size_t max_ids);

/// Those it means now; named ones, whether they are there or not.
std::vector<AccountId> chosen_accounts(Database& database, const AccountChoice& choice);

}  // namespace dreamina
