#pragma once
/// `removals`, `removed_accounts` and what belongs to them: accounts that have been deleted, for as long as that can be
/// taken back. Calls that write are part of a Transaction and are for a hundred accounts or so.

#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/account/account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class DeletedAccounts {
public:
    explicit DeletedAccounts(Database& database) : database_(database) {}

    /// Before the first account of a removal.
    void begin(std::string_view token, Time restorable_until);

    /// Takes accounts out of `accounts`, with their calls and what they have in flight; those that there were. Their
    /// jobs are gone for good.
    std::vector<AccountId> remove(std::string_view token, std::span<const AccountId> ids);

    /// Whether there is such a removal that can be taken back. So that it still can be at the end of the work, its
    /// time is lengthened to `until`.
    bool take_back(std::string_view token, Time now, Time until);

    /// Once its work is done: until when it can be taken back.
    void keep_until(std::string_view token, Time restorable_until);

    /// Accounts of a removal.
    std::int64_t count(std::string_view token);

    struct Restored {
        std::vector<AccountId> accounts;
        std::vector<std::string> skipped;  ///< e-mails that have come anew meanwhile; their old rows are gone for good
    };
    /// Brings the next accounts of a removal back as they were, but for what time has brought about: a daily reset, or
    /// a limit that has been changed. Nothing of either kind: that was all, and the removal is over.
    Restored restore_next(std::string_view token, std::int64_t limit);

    /// A request of a removed account has ended, and is not to be brought back with it. `counts`: it stays counted.
    void end_lease(std::int64_t lease, bool counts);

    /// Whose time is over goes for good, in pieces that are transactions of their own. How many.
    int forget(Time now, const std::stop_token& stop);

private:
    Database& database_;
};

}  // namespace dreamina
