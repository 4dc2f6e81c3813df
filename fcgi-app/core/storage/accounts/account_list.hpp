#pragma once
/// The accounts' table as the page asks for it: filtered, sorted, a page at a time.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/account/account.hpp"
#include "core/domain/model_catalog.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct AccountFilter {
    std::vector<Region> regions;             ///< any of them; none: all
    std::vector<AccountStatus> statuses;     ///< any of them; none: all
    std::string email_part;                  ///< anywhere in the address, without regard to ASCII case; empty: all
    std::optional<ModelRule> available_for;  ///< could serve this model now
    bool at_limit = false;                   ///< active, and at the daily limit of some model
};

struct AccountOrder {
    std::string_view key =
        "id";  ///< one of account_sort_keys(), or a model that usage is kept under with a "usage:" prefix
    bool descending = false;
};

struct AccountPage {
    std::int64_t total = 0;
    std::vector<Account> items;
};

/// Names that an order may be asked by, besides the usage columns.
const std::vector<std::string_view>& account_sort_keys();

/// `page` counts from 1. Rows that are equal in the order's key follow their ids.
AccountPage list_accounts(Database& database, const AccountFilter& filter, const AccountOrder& order, std::int64_t page,
                          std::int64_t size);

/// All that the filter lets through, by their ids.
std::vector<AccountId> list_account_ids(Database& database, const AccountFilter& filter);

/// Those of them that there are, in the order of their ids.
std::vector<Account> read_accounts(Database& database, std::span<const AccountId> ids);

}  // namespace dreamina
