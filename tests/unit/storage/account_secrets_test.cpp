#include "storage/account_secrets.hpp"

#include "storage/account_selection.hpp"
#include "storage/account_upkeep.hpp"
#include "storage/model_store.hpp"
#include "storage/sealed_database.hpp"
#include "storage/transaction.hpp"

using namespace dreamina;

namespace {

const Time sealed_at = at("2026-11-22T12:00:00Z");

struct Sealed : SealedDatabase {
    Sealed()
    {
        seal();
        add(1);
        database.emplace(open());
        REQUIRE(database->keys().load());
    }
    Account get() { return AccountStore{*database}.find(1).value(); }
    std::string kinds()
    {
        return text(*database,
                    "SELECT typeof(password) || ' ' || typeof(session_id) || ' ' || typeof(proxy_url) FROM "
                    "accounts WHERE id = 1");
    }
    std::optional<Database> database;
};

}  // namespace

TEST_CASE("an account's secrets are sealed however they are written, and read as they were")
{
    Sealed sealed;
    CHECK(sealed.kinds() == "blob blob blob");
    sealed.has_all(1);

    AccountStore store{*sealed.database};
    store.change(1,
                 {.password = "another one",
                  .session_id = std::optional<std::string>{session_of(7)},
                  .proxy_url = std::optional<std::string>{"socks5://u:p@h"}},
                 sealed_at);
    CHECK(sealed.kinds() == "blob blob blob");
    CHECK(sealed.get().password == "another one");
    CHECK(sealed.get().session_id == session_of(7));
    CHECK(sealed.get().proxy_url == "socks5://u:p@h");

    AccountUpkeep{*sealed.database}.session_refreshed(1, session_of(8), Region::hk, sealed_at);
    CHECK(sealed.kinds() == "blob blob blob");
    CHECK(sealed.get().session_id == session_of(8));
    store.change(1, {.session_id = std::optional<std::string>{}, .proxy_url = std::optional<std::string>{}}, sealed_at);
    CHECK(sealed.kinds() == "blob null null");
    CHECK_FALSE(sealed.get().session_id);
    sealed.database.reset();
    for (const std::string& secret : {std::string{"another one"}, session_of(7), session_of(8), std::string{"u:p@h"}})
        CHECK_FALSE(sealed.disk_holds(secret));
}

TEST_CASE("a sealed session expires only while it is the one that was asked about")
{
    Sealed sealed;
    AccountUpkeep upkeep{*sealed.database};
    const Account asked = sealed.get();
    AccountStore{*sealed.database}.change(1, {.session_id = std::optional<std::string>{session_of(9)}}, sealed_at);
    CHECK_FALSE(upkeep.expire_session(asked, "expired", sealed_at));
    CHECK_FALSE(sealed.get().session_expired);
    AccountSelection selection{*sealed.database};
    CHECK_FALSE(
        selection.settle(1, {.verdict = Verdict::session_expired, .session_id = *asked.session_id}, 0, sealed_at)
            .refresh_due);
    CHECK(selection.settle(1, {.verdict = Verdict::session_expired, .session_id = session_of(9)}, 0, sealed_at)
              .refresh_due);
    CHECK(sealed.get().session_expired);
}

TEST_CASE("a value that is moved to another row or tampered with is no secret any more")
{
    Sealed sealed;
    const auto rule = ModelCatalog{ModelStore{*sealed.database}.all()}.resolve("jimeng-4.0", {});
    AccountSelection selection{*sealed.database};
    REQUIRE(selection.choose(rule));
    AccountStore{*sealed.database}.add(SealedDatabase::account(2), sealed_at);
    sealed.database->run(
        "UPDATE accounts SET session_id = (SELECT session_id FROM accounts WHERE id = 2) WHERE id = 1");
    CHECK_FALSE(sealed.get().session_id);
    // It does not hold up the queue.
    const auto chosen = selection.choose(rule);
    REQUIRE(chosen);
    CHECK(chosen->id == 2);
    CHECK(chosen->session_id == SealedDatabase::account(2).session_id);
    CHECK(sealed.get().session_expired);
    CHECK(sealed.get().status_note == "its stored session or proxy is damaged");
    // And changing something else leaves it as it is.
    AccountStore{*sealed.database}.change(1, {.points = 5}, sealed_at);
    CHECK(sealed.kinds() == "blob blob blob");
}

TEST_CASE("without the key nothing is read, and nothing is written as plain text")
{
    Sealed sealed;
    Database without{sealed.file};
    CHECK_THROWS_AS(AccountStore{without}.find(1), DatabaseError);
    CHECK_THROWS_AS(AccountStore{without}.add(SealedDatabase::account(2), sealed_at), DatabaseError);
    CHECK(number(without, "SELECT count(*) FROM accounts") == 1);
}

TEST_CASE("a process that began before there was a key finds it when it needs it")
{
    SealedDatabase database;
    database.add(1);
    Database began_before{database.open()};
    CHECK(AccountStore{began_before}.find(1)->password == SealedDatabase::account(1).password);
    database.seal();
    CHECK(AccountStore{began_before}.find(1)->password == SealedDatabase::account(1).password);
    AccountStore{began_before}.add(SealedDatabase::account(2), sealed_at);
    CHECK(text(began_before, "SELECT typeof(password) FROM accounts WHERE id = 2") == "blob");
}
