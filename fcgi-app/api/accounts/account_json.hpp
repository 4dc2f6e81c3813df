#pragma once
/// An account on the wire: how it is shown, and how the fields that a client may set are read.

#include <optional>

#include "core/base/json_reader.hpp"
#include "core/domain/account/account_fields.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/accounts/account_store.hpp"

namespace dreamina {

/// `upstream`: that it would be used with.
Json account_json(const Account& account, UpstreamKind upstream);

/// Reads a whole new account. Fields that only we set are passed over, as pages send whole rows back.
Result<NewAccount> read_new_account(JsonReader& reader, const Settings& settings);

/// Reads what is to change in `stored`.
Result<AccountChange> read_account_change(JsonReader& reader, const Account& stored);

Field<Region> read_region(JsonReader& reader);

}  // namespace dreamina
