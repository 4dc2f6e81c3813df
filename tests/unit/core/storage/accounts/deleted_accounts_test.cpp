#include "core/storage/accounts/deleted_accounts.hpp"

#include <set>

#include "core/pool/account_pool.hpp"
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
        DeletedAccounts removed{**this};
        removed.begin(token, now + 60s);
        auto gone = removed.remove(token, ids);
        transaction.commit();
        return gone;
    }
    /// All of them; empty if it is too late.
    std::vector<AccountId> restore(const std::string& token = "token")
    {
        DeletedAccounts removed{**this};
        std::vector<AccountId> all;
        if (!removed.take_back(token, now, now + 5min)) return all;
        for (;;) {
            Transaction transaction{**this};
            const auto next = removed.restore_next(token, 2);
            transaction.commit();
            skipped.insert(skipped.end(), next.skipped.begin(), next.skipped.end());
            all.insert(all.end(), next.accounts.begin(), next.accounts.end());
            if (next.accounts.empty() && next.skipped.empty()) return all;
        }
    }
    std::int64_t kept() { return number(**this, "SELECT count(*) FROM removed_accounts"); }
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

std::set<std::string> columns(Database& database, const std::string& table)
{
    std::set<std::string> names;
    auto rows = database.query("SELECT name FROM pragma_table_info(?)", table);
    while (rows.next()) names.insert(rows.text());
    return names;
}

}  // namespace

TEST_CASE("what is removed has a place for every column there is")
{
    TemporaryDatabase database;
    auto kept = columns(*database, "removed_accounts");
    CHECK(kept.erase("removal") == 1);
    CHECK(kept == columns(*database, "accounts"));
    CHECK(columns(*database, "removed_leases") == columns(*database, "leases"));
    CHECK(columns(*database, "removed_usage") == columns(*database, "account_usage"));
}

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

    CHECK(bin.remove({last, used, 77, banned}) == std::vector{last, used, banned});
    CHECK(number(*bin, "SELECT count(*) FROM accounts") == 0);
    CHECK(number(*bin, "SELECT count(*) FROM account_usage") == 0);
    CHECK(bin.refused("jimeng-4.0").total == 0);
    CHECK(bin.add("new@x.org") > last);  // no id is used again

    bin.now += 60s - 1ms;
    CHECK(bin.restore() == all);
    CHECK(bin.skipped.empty());
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(bin.row(all[i]) == before[i]);
    CHECK(bin.get(banned).usage == usage);
    CHECK(bin.kept() == 0);
    CHECK(number(*bin, "SELECT count(*) FROM removed_usage") == 0);
    CHECK(number(*bin, "SELECT count(*) FROM removals") == 0);
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
    CHECK(removed.forget(bin.now, {}) == 0);
    bin.now += 30s;
    CHECK(bin.restore().empty());  // not even before they are gone
    CHECK(bin.kept() == 121);
    std::stop_source stopped;
    stopped.request_stop();
    CHECK(removed.forget(bin.now, stopped.get_token()) == 0);
    CHECK(removed.forget(bin.now, {}) == 120);
    CHECK(bin.kept() == 1);
    CHECK(number(*bin, "SELECT count(*) FROM removals") == 1);
    CHECK(bin.restore("another") == std::vector{later});
}

TEST_CASE("an address that has come anew meanwhile stays the new one's")
{
    Bin bin;
    const AccountId a = bin.add("a@x.org");
    const AccountId b = bin.add("b@x.org");
    bin.remove({a, b});
    const AccountId anew = bin.add("A@X.org");
    CHECK(bin.restore() == std::vector{b});
    CHECK(bin.skipped == std::vector<std::string>{"a@x.org"});
    CHECK(AccountStore{*bin}.id_of("a@x.org") == anew);
    CHECK(bin.kept() == 0);
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
    CHECK(bin.leases() == 0);
    CHECK_FALSE(bin.settle_as(works, Verdict::success));
    CHECK_FALSE(bin.settle_as(fails, Verdict::rate_limited));
    CHECK_FALSE(give_back(*bin, unused.id, bin.now));
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
        CHECK(removed.remove("token", std::vector<AccountId>{1, 3}).size() == 2);
        transaction.commit();
    }
    REQUIRE(rotate_key(encrypted.open()));
    REQUIRE(database.keys().load());
    REQUIRE(removed.take_back("token", now, now + 60s));
    Transaction transaction{database};
    CHECK(removed.restore_next("token", 10).accounts.size() == 2);
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
        removed.remove("token", std::vector<AccountId>{1});
        transaction.commit();
    }
    REQUIRE(rotate_key(encrypted.open(), [&](RotationStep step) {
        if (step != RotationStep::some_encrypted) return;
        REQUIRE(database.keys().load());
        Transaction transaction{database};
        CHECK(removed.restore_next("token", 10).accounts.size() == 1);
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
        removed.remove("token", all);
        transaction.commit();
        CHECK(plain.disk_holds("plain password 7."));
        CHECK(removed.forget(now + 60s, {}) == 40);
        CHECK(database.checkpoint(true));
    }
    CHECK_FALSE(plain.disk_holds("plain password 7."));
    CHECK_FALSE(plain.disk_holds("plainsession"));
}
