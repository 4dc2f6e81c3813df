#pragma once
/// What the upkeep of accounts writes into their rows: points, sessions and their checks.
/// Writers call within a Transaction.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/domain/account/account.hpp"
#include "core/storage/engine/database.hpp"

namespace dreamina {

class AccountUpkeep {
public:
    explicit AccountUpkeep(Database& database) : database_(database) {}

    enum class PointsDue { all, doubted };
    /// Accounts whose points wait to be asked for, or are in doubt, and were not asked for since `asked_before`: those
    /// in doubt first; without their usage.
    std::vector<Account> points_due(Time asked_before, std::int64_t limit, PointsDue which = PointsDue::all);
    bool has_doubted_points(Time asked_before);

    /// Their question was answered, whatever the answer. An account that was used since it was read (`seen`) stays due.
    void points_asked(const Account& seen, Time now);
    /// Whatever they are, they are not in doubt any more.
    void set_points(AccountId account, double points, Time now);
    /// The same for an answer to a question about what was `seen`: a doubt that has come since stays.
    void points_answered(const Account& seen, double points, Time now);

    /// Takes the session that was asked about out of the pool, unless it has been changed meanwhile (false).
    bool expire_session(const Account& asked, const Message& note, Time now);

    /// False if the account is gone.
    bool session_refreshed(AccountId account, std::string_view session_id, Region region, Time now);

    /// Keeps the session; `counts` if it is the account's own failure. The note is left alone where it says why the
    /// account is banned.
    void refresh_failed(AccountId account, const Message& note, bool counts, Time now);

    /// The first of a row of failed checks, or none any more.
    void set_check_failed(AccountId account, std::optional<Time> first, Time now);

    /// Accounts that can serve a request, now or after a pause that ends by itself.
    std::int64_t usable_accounts();

private:
    Database& database_;
};

}  // namespace dreamina
