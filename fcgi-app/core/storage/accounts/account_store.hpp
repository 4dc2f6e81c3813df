#pragma once
/// The rows of `accounts` as administrators see them: one by one, by e-mail, changed and removed. Those that are
/// deleted are not among them: reading goes through the view `living_accounts`.
/// Writers call within a Transaction where more than one statement must hold together.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/account/account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

struct NewAccount {
    std::string email;
    std::string password;
    Region region = Region::us;
    std::optional<std::string> session_id;
    std::optional<std::string> proxy_url;
    double points = 0;
};

/// What is to change; empty members stay as they are. In a nested optional the inner one may be "nothing".
struct AccountChange {
    std::optional<std::string> email;
    std::optional<std::string> password;
    std::optional<Region> region;
    std::optional<std::optional<std::string>> session_id;  ///< a new one is taken to be valid as of now
    std::optional<std::optional<std::string>> proxy_url;
    std::optional<double> points;
    std::optional<bool> banned;
    std::optional<std::optional<Time>> ban_until;
};

class AccountStore {
public:
    explicit AccountStore(Database& database) : database_(database) {}

    std::optional<Account> find(AccountId id);

    /// Addresses that differ only in case are one address.
    std::optional<AccountId> id_of(std::string_view email);

    AccountId add(const NewAccount& account, Time now);

    /// Gives the account what `like` has besides its e-mail, region, secrets and counts of calls.
    void take_over_state(AccountId id, const Account& like, Time now);

    /// False if there is no such account.
    bool change(AccountId id, const AccountChange& change, Time now);
    /// For good, with all that belongs to it. What can be undone: DeletedAccounts.
    bool remove(AccountId id);
    bool ban(AccountId id, std::optional<Time> until, const Message& note, Time now);
    bool unban(AccountId id, Time now);
    /// Enabling also takes back that the session has expired: it is to be tried again.
    bool set_disabled(AccountId id, bool disabled, Time now);

    /// Lifts every ban whose time has come; returns how many.
    int end_bans(Time now);

private:
    Database& database_;
};

/// SQL conditions on a row of `table`: whether its points matter, and whether it is kept from models that need some.
std::string points_matter_sql(std::string_view table = "accounts");
std::string lacks_points_sql(std::string_view table = "accounts");

/// The columns of `accounts a` that read_account understands.
std::string_view account_columns();

/// The row a query over `account_columns()` stands on, without its usage. A secret that is damaged reads as none.
Account read_account(Database& database, const Query& row);

}  // namespace dreamina
