#pragma once
/// The same change to many accounts at once. Each call is part of a Transaction, is for a hundred of them or so, and
/// tells which it has changed: those that were so already are left alone.

#include <span>
#include <string_view>
#include <vector>

#include "core/domain/account/account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class AccountBulk {
public:
    explicit AccountBulk(Database& database) : database_(database) {}

    /// How many of them there are.
    std::int64_t count(std::span<const AccountId> ids);

    /// The place of the first that there is not.
    std::optional<std::size_t> first_missing(std::span<const AccountId> ids);

    std::vector<AccountId> ban(std::span<const AccountId> ids, std::optional<Time> until, const Message& note,
                               Time now);
    std::vector<AccountId> unban(std::span<const AccountId> ids, Time now);
    /// Enabling also takes back that the session has expired, as AccountStore does.
    std::vector<AccountId> set_disabled(std::span<const AccountId> ids, bool disabled, Time now);
    std::vector<AccountId> set_region(std::span<const AccountId> ids, Region region, Time now);

private:
    Database& database_;
};

}  // namespace dreamina
