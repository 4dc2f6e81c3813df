#include "core/storage/accounts/deleted_accounts.hpp"

#include "core/pool/account_pool.hpp"
#include "core/storage/accounts/account_bulk.hpp"
#include "core/storage/accounts/account_list.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/accounts/pool_figures.hpp"
#include "core/storage/stores/lease_store.hpp"
#include "core/storage/encrypted_database.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/accounts/usage_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Bin : AccountPool {
    std::vector<AccountId> remove(const std::vector<AccountId>& ids, const std::string& token = "token")
    {
        Transaction transaction{**this};
        DeletedAccounts deleted{**this};
        deleted.begin(token, now + 60s);
        auto gone = deleted.add(token, ids, now);
        transaction.commit();
        return gone;
    }
    /// All of them; empty if it is too late.
    std::vector<AccountId> restore(const std::string& token = "token")
    {
        DeletedAccounts deleted{**this};
        std::vector<AccountId> all;
        const auto undo_until = deleted.begin_restoring(token, now, now + 5min);
        if (!undo_until) return all;
        for (;;) {
            Transaction transaction{**this};
            const auto next = deleted.restore_next(token, all.empty() ? 0 : all.back(), 2);
            all.insert(all.end(), next.begin(), next.end());
            if (next.empty()) skipped = deleted.end_restoring(token, all.empty() ? *undo_until : now);
            transaction.commit();
            if (next.empty()) return all;
        }
    }
    std::int64_t kept() { return number(**this, "SELECT count(*) FROM accounts WHERE deleted_at IS NOT NULL"); }
    std::int64_t deletions() { return number(**this, "SELECT count(*) FROM account_deletions"); }
    std::int64_t purged() { return DeletedAccounts{**this}.purge(now, {}); }
    /// Everything a row holds.
    std::string row(AccountId id)
    {
        std::string all;
        auto names = (*this)->query("SELECT name FROM pragma_table_xinfo('accounts')");
        while (names.next())
            all += names.text() + "=" +
                   text(**this, "SELECT quote(" + names.text() + ") FROM accounts WHERE id = ?", id) + "\n";
        return all;
    }

    std::vector<std::string> skipped;
};

}  // namespace

TEST_CASE("removed accounts come back as they were")
{
    Bin bin;
    const AccountId banned = bin.add("banned@x.org", Region::hk);
    const AccountId used = bin.add("used@x.org");
    const AccountId last = bin.add("last@x.org", Region::cn, 0);
    bin.serve("jimeng-4.0");
    bin.serve("jimeng-4.0", Verdict::rate_limited);
    bin->run(
        "UPDATE accounts SET refresh_failures = 2, refresh_failed_at = 5, check_failed_at = 6, proxy_url = 'p' "
        "WHERE id = ?",
        used);
    const std::vector all{banned, used, last};
    std::vector<std::string> before;
    for (const AccountId id : all) before.push_back(bin.row(id));
    const auto usage = bin.get(banned).usage;

    CHECK(bin.remove({last, used, 77, banned}) == all);
    CHECK(bin.remove({used}, "again").empty());
    CHECK(number(*bin, "SELECT count(*) FROM living_accounts") == 0);
    CHECK(bin.refused("jimeng-4.0").total == 0);
    CHECK(bin.add("new@x.org") > last);  // no id is used again

    bin.now += 60s - 1ms;
    CHECK(bin.restore() == all);
    CHECK(bin.skipped.empty());
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(bin.row(all[i]) == before[i]);
    CHECK(bin.get(banned).usage == usage);
    CHECK(bin.kept() == 0);
    bin.now += 1ms;
    bin.purged();
    CHECK(bin.deletions() == 0);
    CHECK(bin.restore().empty());
}

TEST_CASE("after its time a removal cannot be taken back, and goes in pieces")
{
    Bin bin;
    std::vector<AccountId> ids;
    for (int i = 0; i < 120; ++i) ids.push_back(bin.add(fmt::format("a{}@x.org", i)));
    bin.remove(ids);
    const AccountId later = bin.add("later@x.org");
    bin.now += 30s;
    bin.remove({later}, "another");
    DeletedAccounts removed{*bin};
    CHECK(removed.purge(bin.now, {}) == 0);
    bin.now += 30s;
    CHECK(bin.restore().empty());  // not even before they are gone
    CHECK(bin.kept() == 121);
    std::stop_source stopped;
    stopped.request_stop();
    CHECK(removed.purge(bin.now, stopped.get_token()) == 0);
    CHECK(removed.purge(bin.now, {}) == 120);
    CHECK(bin.kept() == 1);
    CHECK(bin.deletions() == 1);
    CHECK(bin.restore("another") == std::vector{later});
}

TEST_CASE("an email address that was added again meanwhile stays with the new account")
{
    Bin bin;
    const AccountId a = bin.add("a@x.org");
    const AccountId b = bin.add("b@x.org");
    bin.remove({a, b});
    const AccountId added = bin.add("A@X.org");
    CHECK(bin.restore() == std::vector{b});
    CHECK(bin.skipped == std::vector<std::string>{"a@x.org"});
    CHECK(AccountStore{*bin}.id_of("a@x.org") == added);
    CHECK(bin.restore().empty());  // it was undone, and what was left out goes
    CHECK(bin.purged() == 1);
    CHECK(bin.kept() == 0);
}

TEST_CASE("an undo that finds all addresses taken is not used up")
{
    Bin bin;
    const AccountId a = bin.add("a@x.org");
    const AccountId b = bin.add("b@x.org");
    bin.remove({a, b});
    bin.remove({bin.add("a@x.org"), bin.add("B@x.org")}, "those");
    const AccountId third = bin.add("A@x.org");
    const AccountId fourth = bin.add("b@x.org");
    bin.now += 59s;
    CHECK(bin.restore().empty());
    CHECK(bin.skipped == std::vector<std::string>{"a@x.org", "b@x.org"});
    CHECK(bin.purged() == 0);
    bin.remove({third, fourth}, "free again");
    CHECK(bin.restore() == std::vector{a, b});
    CHECK(AccountStore{*bin}.id_of("a@x.org") == a);

    CHECK(bin.restore("those").empty());
    bin.now += 1s;
    CHECK(bin.restore("those").empty());  // nor does trying make its time longer
    CHECK(bin.purged() == 2);
}

TEST_CASE("a deleted account is neither shown nor changed")
{
    Bin bin;
    const AccountId a = bin.add("a@x.org");
    bin.serve("jimeng-4.0");
    const Lease lease = bin.reserved("jimeng-4.0");
    const Account before = bin.get(a);
    const std::string row = bin.row(a);
    bin.remove({a});

    AccountStore store{*bin};
    CHECK_FALSE(store.find(a));
    CHECK_FALSE(store.id_of("a@x.org"));
    CHECK_FALSE(store.change(a, {.points = 3}, bin.now));
    CHECK_FALSE(store.ban(a, std::nullopt, external_text("note"), bin.now));
    CHECK_FALSE(store.unban(a, bin.now));
    CHECK_FALSE(store.set_disabled(a, true, bin.now));
    AccountBulk bulk{*bin};
    const std::vector ids{a};
    CHECK(bulk.count(ids) == 0);
    CHECK(bulk.first_missing(ids) == 0);
    CHECK(bulk.ban(ids, std::nullopt, external_text("note"), bin.now).empty());
    CHECK(bulk.set_disabled(ids, true, bin.now).empty());
    CHECK(bulk.set_region(ids, Region::jp, bin.now).empty());
    AccountUpkeep upkeep{*bin};
    upkeep.set_points(a, 7, bin.now);
    upkeep.points_answered(before, 7, bin.now);
    upkeep.refresh_failed(a, external_text("note"), true, bin.now);
    upkeep.set_check_failed(a, bin.now, bin.now);
    CHECK_FALSE(upkeep.session_refreshed(a, "another", Region::jp, bin.now));
    CHECK_FALSE(upkeep.expire_session(before, external_text("note"), bin.now));
    CHECK(upkeep.usable_accounts() == 0);
    CHECK(list_account_ids(*bin, {}).empty());
    CHECK(list_accounts(*bin, {}, {}, 1, 10).total == 0);
    CHECK(read_accounts(*bin, ids).empty());
    CHECK(account_groups(*bin).empty());
    CHECK(in_flight_by_model(*bin).empty());
    CHECK(PoolCapacity{*bin}.used_by_others() == 0);
    CHECK_FALSE(AccountQueues{*bin}.candidate(a));
    CHECK_FALSE(AccountQueues{*bin}.any_busy(bin.catalog.resolve("jimeng-4.0", bin.settings)));

    CHECK(bin.restore() == ids);
    CHECK(bin.row(a) == row);
    CHECK(bin.settle_as(lease, Verdict::success));
}

TEST_CASE("what an answer says of a deleted account is not booked")
{
    Bin bin;
    const AccountId a = bin.add("a@x.org");
    const Lease banned = bin.reserved("jimeng-4.0");
    const Lease expired = bin.reserved("jimeng-4.0");
    const Lease abandoned = bin.reserved("jimeng-4.0");
    bin.remove({a});
    CHECK_FALSE(bin.settle_as(banned, Verdict::rate_limited));
    CHECK_FALSE(bin.settle_as(expired, Verdict::session_expired));
    settle_abandoned(*bin, {"worker", "w"}, bin.now + 24h);
    CHECK(bin.leases() == 0);
    CHECK(bin.refresh_jobs() == 0);
    bin.restore();
    CHECK(status_of(bin.get(a)) == AccountStatus::active);
    CHECK(bin.get(a).in_flight == 0);
    CHECK_FALSE(bin.settle_as(abandoned, Verdict::success));
}

TEST_CASE("requests in flight find their account again, or have ended meanwhile")
{
    Bin bin;
    const AccountId a = bin.add("a@x.org");
    const Lease stays = bin.reserved("jimeng-4.0");
    const Lease works = bin.reserved("jimeng-4.0");
    const Lease fails = bin.reserved("jimeng-4.0");
    const Lease unused = bin.reserved("jimeng-4.0");
    bin.remove({a});
    CHECK_FALSE(bin.settle_as(works, Verdict::success));
    CHECK_FALSE(bin.settle_as(fails, Verdict::rate_limited));
    CHECK(give_back(*bin, unused.id, bin.now));
    CHECK(bin.leases() == 1);
    bin.restore();
    CHECK(bin.get(a).in_flight == 1);
    CHECK(bin.calls(a, "jimeng-4.0") == 2);
    CHECK(bin.settle_as(stays, Verdict::bad_parameters));
    CHECK(bin.get(a).in_flight == 0);
    CHECK(bin.calls(a, "jimeng-4.0") == 1);
}

TEST_CASE("the limits of the moment hold for what comes back")
{
    Bin bin;
    bin.settings.limit_jimeng_4_0 = 2;
    apply_limits(*bin, bin.settings);
    const AccountId a = bin.add("a@x.org");
    bin.serve("jimeng-4.0");
    bin.remove({a});
    bin.settings.limit_jimeng_4_0 = 1;
    bin.settings.account_max_concurrency = 1;
    apply_limits(*bin, bin.settings);
    bin.restore();
    CHECK(bin.refused("jimeng-4.0").at_limit == 1);
    const Lease lease = bin.reserved("jimeng-4.1");

    bin.remove({a}, "again");
    reset_counts(*bin, bin.settings);
    bin.restore("again");
    CHECK(bin.calls(a, "jimeng-4.0") == 0);
    CHECK(bin.refused("jimeng-4.0").busy == 1);
    CHECK(bin.settle_as(lease, Verdict::success));
    CHECK(bin.serve("jimeng-4.0") == a);
}

TEST_CASE("another key comes while accounts are removed: they can be read all the same")
{
    EncryptedDatabase encrypted;
    encrypted.encrypt();
    encrypted.add(3);
    Database database{encrypted.open()};
    REQUIRE(database.keys().load());
    const Time now = at("2026-11-22T12:00:00Z");
    DeletedAccounts removed{database};
    {
        Transaction transaction{database};
        removed.begin("token", now + 60s);
        CHECK(removed.add("token", std::vector<AccountId>{1, 3}, now).size() == 2);
        transaction.commit();
    }
    REQUIRE(rotate_key(encrypted.open()));
    REQUIRE(database.keys().load());
    REQUIRE(removed.begin_restoring("token", now, now + 60s));
    Transaction transaction{database};
    CHECK(removed.restore_next("token", 0, 10).size() == 2);
    transaction.commit();
    encrypted.has_all(3);
}

TEST_CASE("an account that comes back in the midst of a change of the key has the new one")
{
    EncryptedDatabase encrypted;
    encrypted.encrypt();
    encrypted.add(2);
    Database database{encrypted.open()};
    REQUIRE(database.keys().load());
    const Time now = at("2026-11-22T12:00:00Z");
    DeletedAccounts removed{database};
    {
        Transaction transaction{database};
        removed.begin("token", now + 60s);
        removed.add("token", std::vector<AccountId>{1}, now);
        transaction.commit();
    }
    REQUIRE(rotate_key(encrypted.open(), [&](RotationStep step) {
        if (step != RotationStep::some_encrypted) return;
        REQUIRE(database.keys().load());
        Transaction transaction{database};
        CHECK(removed.restore_next("token", 0, 10).size() == 1);
        transaction.commit();
    }));
    encrypted.has_all(2);
}

TEST_CASE("what is gone for good is no longer in the file")
{
    EncryptedDatabase plain;
    plain.add(40);
    {
        Database database{plain.open()};
        const Time now = at("2026-11-22T12:00:00Z");
        DeletedAccounts removed{database};
        Transaction transaction{database};
        removed.begin("token", now + 60s);
        std::vector<AccountId> all;
        for (AccountId id = 1; id <= 40; ++id) all.push_back(id);
        removed.add("token", all, now);
        transaction.commit();
        CHECK(plain.disk_holds("plain password 7."));
        CHECK(removed.purge(now + 60s, {}) == 40);
        CHECK(database.checkpoint(true));
    }
    CHECK_FALSE(plain.disk_holds("plain password 7."));
    CHECK_FALSE(plain.disk_holds("plainsession"));
}
