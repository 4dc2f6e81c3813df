#pragma once
/// Accounts that have been deleted, for as long as that can be undone: rows of `accounts` with `deleted_at`, and
/// `account_deletions`. Their calls and leases stay with them. Calls that write are part of a Transaction and are for a
/// hundred accounts or so.

#include <optional>
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

    /// Before the first account of a deletion.
    void begin(std::string_view token, Time undo_until);

    /// Deletes accounts; those that there were. Their jobs are gone for good.
    std::vector<AccountId> add(std::string_view token, std::span<const AccountId> ids, Time now);

    /// Once its work is done: until when it can be undone.
    void keep_until(std::string_view token, Time undo_until);

    /// Accounts of a deletion.
    std::int64_t count(std::string_view token);

    /// Until when that deletion can be undone; nothing if there is none that can. So that it still can be at the end of
    /// the work, its time is lengthened to `work_until`.
    std::optional<Time> begin_restoring(std::string_view token, Time now, Time work_until);

    /// Brings the next accounts of a deletion, behind `after`, back as they were, but for what time has brought about:
    /// a daily reset, a limit that has been changed, the ends of their requests. Those are left out whose e-mail has
    /// been added again meanwhile. Nothing: that was all.
    std::vector<AccountId> restore_next(std::string_view token, AccountId after, std::int64_t limit);

    /// The e-mails of those that were left out. Their rows are purged after `undo_until`; until then this deletion can
    /// be undone once more. With none of them it is over.
    std::vector<std::string> end_restoring(std::string_view token, Time undo_until);

    /// Whose time is over goes for good, in pieces that are transactions of their own. How many.
    int purge(Time now, const std::stop_token& stop);

private:
    Database& database_;
};

}  // namespace dreamina
