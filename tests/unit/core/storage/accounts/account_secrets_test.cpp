#include "core/storage/accounts/account_secrets.hpp"

#include "core/storage/accounts/account_queues.hpp"
#include "core/storage/accounts/account_upkeep.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/encrypted_database.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;

namespace {

const Time encrypted_at = at("2026-11-22T12:00:00Z");

struct Encrypted : EncryptedDatabase {
    Encrypted()
    {
        encrypt();
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

TEST_CASE("an account's secrets are encrypted however they are written, and read as they were")
{
    Encrypted encrypted;
    CHECK(encrypted.kinds() == "blob blob blob");
    encrypted.has_all(1);

    AccountStore store{*encrypted.database};
    store.change(1,
                 {.password = "another one",
                  .session_id = std::optional<std::string>{session_of(7)},
                  .proxy_url = std::optional<std::string>{"socks5://u:p@h"}},
                 encrypted_at);
    CHECK(encrypted.kinds() == "blob blob blob");
    CHECK(encrypted.get().password == "another one");
    CHECK(encrypted.get().session_id == session_of(7));
    CHECK(encrypted.get().proxy_url == "socks5://u:p@h");

    AccountUpkeep{*encrypted.database}.session_refreshed(1, session_of(8), Region::hk, encrypted_at);
    CHECK(encrypted.kinds() == "blob blob blob");
    CHECK(encrypted.get().session_id == session_of(8));
    store.change(1, {.session_id = std::optional<std::string>{}, .proxy_url = std::optional<std::string>{}},
                 encrypted_at);
    CHECK(encrypted.kinds() == "blob null null");
    CHECK_FALSE(encrypted.get().session_id);
    encrypted.database.reset();
    for (const std::string& secret : {std::string{"another one"}, session_of(7), session_of(8), std::string{"u:p@h"}})
        CHECK_FALSE(encrypted.disk_holds(secret));
}

TEST_CASE("an encrypted session expires only while it is the one that was asked about")
{
    Encrypted encrypted;
    AccountUpkeep upkeep{*encrypted.database};
    const Account asked = encrypted.get();
    AccountStore{*encrypted.database}.change(1, {.session_id = std::optional<std::string>{session_of(9)}},
                                             encrypted_at);
    CHECK_FALSE(upkeep.expire_session(asked, {"account.session_expired"}, encrypted_at));
    CHECK_FALSE(encrypted.get().session_expired);
    AccountQueues queues{*encrypted.database};
    CHECK(queues.session_of(1) != asked.session_id);
    CHECK(queues.session_of(1) == session_of(9));
    const auto expires = [&](bool has_session_still) {
        return queues.change(1, [&](PoolAccount& account) {
            return settle_use(account, {.verdict = Verdict::session_expired, .has_session_still = has_session_still},
                              {}, encrypted_at);
        });
    };
    CHECK_FALSE(expires(queues.session_of(1) == asked.session_id).refresh_due);
    CHECK(expires(queues.session_of(1) == session_of(9)).refresh_due);
    queues.write(encrypted_at);
    CHECK(encrypted.get().session_expired);
}

TEST_CASE("a value that is moved to another row or tampered with is no secret any more")
{
    Encrypted encrypted;
    const auto rule = ModelCatalog{ModelStore{*encrypted.database}.all()}.resolve("jimeng-4.0", {});
    REQUIRE(AccountQueues{*encrypted.database}.choose(rule));
    AccountStore{*encrypted.database}.add(EncryptedDatabase::account(2), encrypted_at);
    encrypted.database->run(
        "UPDATE accounts SET session_id = (SELECT session_id FROM accounts WHERE id = 2) WHERE id = 1");
    CHECK_FALSE(encrypted.get().session_id);
    // It does not hold up the queue.
    AccountQueues queues{*encrypted.database};
    const auto chosen = queues.choose(rule);
    queues.write(encrypted_at);
    REQUIRE(chosen);
    CHECK(chosen->id == 2);
    CHECK(chosen->session_id == EncryptedDatabase::account(2).session_id);
    CHECK(encrypted.get().session_expired);
    CHECK(encrypted.get().status_note == Message{"account.damaged"});
    // And changing something else leaves it as it is.
    AccountStore{*encrypted.database}.change(1, {.points = 5}, encrypted_at);
    CHECK(encrypted.kinds() == "blob blob blob");
}

TEST_CASE("without the key nothing is read, and nothing is written as plain text")
{
    Encrypted encrypted;
    Database without{encrypted.file};
    CHECK_THROWS_AS(AccountStore{without}.find(1), DatabaseError);
    CHECK_THROWS_AS(AccountStore{without}.add(EncryptedDatabase::account(2), encrypted_at), DatabaseError);
    CHECK(number(without, "SELECT count(*) FROM accounts") == 1);
}

TEST_CASE("a process that began before there was a key finds it when it needs it")
{
    EncryptedDatabase database;
    database.add(1);
    Database began_before{database.open()};
    CHECK(AccountStore{began_before}.find(1)->password == EncryptedDatabase::account(1).password);
    database.encrypt();
    CHECK(AccountStore{began_before}.find(1)->password == EncryptedDatabase::account(1).password);
    AccountStore{began_before}.add(EncryptedDatabase::account(2), encrypted_at);
    CHECK(text(began_before, "SELECT typeof(password) FROM accounts WHERE id = 2") == "blob");
}
