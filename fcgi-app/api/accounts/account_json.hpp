#pragma once
/// An account on the wire: how it is shown, and how the fields that a client may set are read.

#include <optional>
#include <string_view>
#include <vector>

#include "core/base/json_reader.hpp"
#include "core/domain/account/account.hpp"
#include "core/domain/settings.hpp"
#include "core/storage/accounts/account_store.hpp"

namespace dreamina {

/// The earlier program had a column for each of these models; its names are kept.
struct UsageColumn {
    std::string_view name;
    std::string_view model;
};
const std::vector<UsageColumn>& usage_columns();

/// `upstream`: that it would be used with.
Json account_json(const Account& account, UpstreamKind upstream);

/// A proxy URL with user and password masked, as it is shown.
std::string masked_proxy_url(std::string_view proxy_url);

/// Reads a whole new account. Fields that only we set are passed over, as pages send whole rows back.
Result<NewAccount> read_new_account(JsonReader& reader, const Settings& settings);

/// Reads what is to change in `stored`.
Result<AccountChange> read_account_change(JsonReader& reader, const Account& stored);

Field<Region> read_region(JsonReader& reader);

}  // namespace dreamina
