#pragma once
/// A pool of accounts and what happens to it, with the time as the test sets it.

#include <fmt/format.h>

#include "core/pool/pool.hpp"
#include "core/storage/accounts/account_selection.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/temporary_database.hpp"

namespace dreamina {

struct AccountPool : TemporaryDatabase {
    Settings settings;
    ModelCatalog catalog{ModelStore{**this}.all()};
    Time now = at("2026-11-22T10:00:00Z");
    std::string worker = "worker";

    AccountId add(const std::string& email, Region region = Region::us, double points = 120)
    {
        NewAccount account = able_account(email, region);
        account.points = points;
        return AccountStore{**this}.add(account, now);
    }
    Account get(AccountId id)
    {
        auto found = AccountStore{**this}.find(id);
        REQUIRE(found);
        return *found;
    }

    Reservation ask(std::string_view model)
    {
        return reserve(**this, catalog.resolve(model, settings), worker, now, now + std::chrono::minutes{5});
    }
    Lease reserved(std::string_view model)
    {
        auto reservation = ask(model);
        REQUIRE(reservation.has_value());
        return *reservation;
    }
    Eligibility refused(std::string_view model)
    {
        const auto reservation = ask(model);
        REQUIRE_FALSE(reservation.has_value());
        return AccountSelection{**this}.eligibility_for(catalog.resolve(model, settings));
    }
    /// `origin`: who asked for what; empty: each request is another one.
    bool settle_as(const Lease& lease, Verdict verdict, bool unreached = false, const std::string& origin = "")
    {
        return settle(**this,
                      {.lease = lease.id,
                       .verdict = verdict,
                       .ban_for = std::chrono::hours{4},
                       .session_id = lease.session_id,
                       .request = {.id = fmt::format("request-{}", lease.id), .began_at = now},
                       .unreached = unreached,
                       .origin = origin,
                       .end = RequestEnd{.outcome = outcome_of(verdict), .attempts = 1}},
                      now);
    }
    /// A whole request: reserved and settled.
    AccountId serve(std::string_view model, Verdict verdict = Verdict::success)
    {
        const Lease lease = reserved(model);
        CHECK(settle_as(lease, verdict));
        return lease.account;
    }
    std::int64_t calls(AccountId id, const std::string& model)
    {
        const auto usage = get(id).usage;
        const auto found = usage.find(model);
        return found == usage.end() ? 0 : found->second;
    }
    std::int64_t leases() { return number(**this, "SELECT count(*) FROM leases"); }
    std::int64_t refresh_jobs() { return number(**this, "SELECT count(*) FROM jobs WHERE kind = 'session_refresh'"); }
};

}  // namespace dreamina
