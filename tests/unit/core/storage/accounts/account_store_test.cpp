#include "core/storage/accounts/account_store.hpp"

#include "core/storage/counted_calls.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Accounts : TemporaryDatabase {
    AccountStore store{**this};
    Account get(AccountId id)
    {
        auto found = store.find(id);
        REQUIRE(found);
        return *found;
    }
};

}  // namespace

TEST_CASE("what is added is found, with its defaults")
{
    Accounts accounts;
    const AccountId id = accounts.store.add({.email = "a@x.org",
                                             .password = "p:w",
                                             .region = Region::sg,
                                             .session_id = session_of(1),
                                             .proxy_url = "socks5://127.0.0.1:1",
                                             .points = 12.5},
                                            start);
    const Account account = accounts.get(id);
    CHECK(account.email == "a@x.org");
    CHECK(account.password == "p:w");
    CHECK(account.region == Region::sg);
    CHECK(account.session_id == session_of(1));
    CHECK(account.proxy_url == "socks5://127.0.0.1:1");
    CHECK(account.points == 12.5);
    CHECK(account.session_updated_at == start);
    CHECK(account.created_at == start);
    CHECK(account.updated_at == start);
    CHECK_FALSE(account.last_used_at);
    CHECK(account.usage.empty());
    CHECK(status_of(account) == AccountStatus::active);

    const Account bare = accounts.get(accounts.store.add({.email = "b@x.org", .password = "p"}, start));
    CHECK_FALSE(bare.session_id);
    CHECK_FALSE(bare.session_updated_at);
    CHECK(status_of(bare) == AccountStatus::no_session);
    CHECK_FALSE(accounts.store.find(77));
}

TEST_CASE("an address is found in any case; one that is there already is a constraint")
{
    Accounts accounts;
    const AccountId id = accounts.store.add(able_account("Anna@X.org"), start);
    CHECK(accounts.store.id_of("anna@x.ORG") == id);
    CHECK_FALSE(accounts.store.id_of("anna@x.or"));
    CHECK_FALSE(accounts.store.id_of("%"));
    CHECK_THROWS_AS(accounts.store.add(able_account("Anna@X.org"), start), DatabaseError);
}

TEST_CASE("an account that is taken over has the state that it had, and its own name and secrets")
{
    Accounts accounts;
    const AccountId id = accounts.store.add(able_account("a@x.org", Region::hk), start);
    const Account before = accounts.get(id);
    const Account like{.email = "other@x.org",
                       .points = 7.5,
                       .session_updated_at = start + 1s,
                       .created_at = start - 48h,
                       .last_used_at = start + 2s,
                       .error_count = 4,
                       .error_streak = 2,
                       .banned = true,
                       .ban_until = start + 1h,
                       .disabled = true,
                       .session_expired = true,
                       .status_note = Message{"account.rate_limited"}};
    accounts.store.take_over_state(id, like, start + 3s);

    const Account after = accounts.get(id);
    CHECK(after.email == before.email);
    CHECK(after.region == before.region);
    CHECK(after.password == before.password);
    CHECK(after.session_id == before.session_id);
    CHECK(after.points == 7.5);
    CHECK(after.session_updated_at == start + 1s);
    CHECK(after.created_at == start - 48h);
    CHECK(after.updated_at == start + 3s);
    CHECK(after.last_used_at == start + 2s);
    CHECK(after.error_count == 4);
    CHECK(after.error_streak == 2);
    CHECK(after.banned);
    CHECK(after.ban_until == start + 1h);
    CHECK(after.disabled);
    CHECK(after.session_expired);
    CHECK(after.status_note == Message{"account.rate_limited"});
}

TEST_CASE("a change changes what it names and nothing else")
{
    Accounts accounts;
    const AccountId id = accounts.store.add(able_account("a@x.org", Region::hk), start);
    const Account before = accounts.get(id);
    CHECK(accounts.store.change(id, {}, start + 1s));
    CHECK(accounts.get(id).updated_at == start + 1s);
    CHECK(accounts.get(id).password == before.password);
    CHECK(accounts.get(id).session_updated_at == start);

    CHECK(accounts.store.change(id,
                                {.email = "b@x.org",
                                 .password = "new",
                                 .region = Region::cn,
                                 .proxy_url = std::optional<std::string>{"http://127.0.0.1:3128"},
                                 .points = 0.0},
                                start + 2s));
    const Account after = accounts.get(id);
    CHECK(after.email == "b@x.org");
    CHECK(after.password == "new");
    CHECK(after.region == Region::cn);
    CHECK(after.proxy_url == "http://127.0.0.1:3128");
    CHECK(after.points == 0);
    CHECK(after.session_id == before.session_id);
    CHECK(accounts.store.change(id, {.proxy_url = std::optional<std::string>{}}, start + 3s));
    CHECK_FALSE(accounts.get(id).proxy_url);
    CHECK_FALSE(accounts.store.change(77, {}, start));
}

TEST_CASE("a new session is valid as of now; the same one again is not new")
{
    Accounts accounts;
    const AccountId id = accounts.store.add(able_account("a@x.org"), start);
    const auto old_session = accounts.get(id).session_id;
    accounts->run("UPDATE accounts SET session_expired = 1");

    accounts.store.change(id, {.session_id = old_session}, start + 1h);
    CHECK(accounts.get(id).session_expired);
    CHECK(accounts.get(id).session_updated_at == start);

    accounts.store.change(id, {.session_id = std::optional{session_of(2)}}, start + 2h);
    CHECK_FALSE(accounts.get(id).session_expired);
    CHECK(accounts.get(id).session_updated_at == start + 2h);

    accounts.store.change(id, {.session_id = std::optional<std::string>{}}, start + 3h);
    CHECK(status_of(accounts.get(id)) == AccountStatus::no_session);
}

TEST_CASE("a ban ends by its time, by hand, or by a change; with it goes what led to it")
{
    Accounts accounts;
    const AccountId timed = accounts.store.add(able_account("a@x.org"), start);
    const AccountId by_hand = accounts.store.add(able_account("b@x.org"), start);
    CHECK(accounts.store.ban(timed, start + 1h, external_text("too fast"), start));
    CHECK(accounts.store.ban(by_hand, std::nullopt, external_text("told so"), start));
    CHECK_FALSE(accounts.store.ban(77, std::nullopt, {}, start));
    accounts->run("UPDATE accounts SET error_streak = 3, error_count = 5");
    CHECK(accounts.get(timed).status_note == external_text("too fast"));

    CHECK(accounts.store.end_bans(start + 1h - 1ms) == 0);
    CHECK(accounts.store.end_bans(start + 1h) == 1);
    CHECK(accounts.store.end_bans(start + 1h) == 0);
    const Account free = accounts.get(timed);
    CHECK_FALSE(free.banned);
    CHECK_FALSE(free.ban_until);
    CHECK(free.status_note.empty());
    CHECK(free.error_streak == 0);
    CHECK(free.error_count == 5);
    CHECK(free.updated_at == start + 1h);

    CHECK(accounts.store.end_bans(start + 24h * 10'000) == 0);
    CHECK(accounts.get(by_hand).banned);
    CHECK(accounts.store.unban(by_hand, start + 2h));
    CHECK_FALSE(accounts.get(by_hand).banned);
    CHECK(accounts.get(by_hand).error_streak == 0);
    CHECK_FALSE(accounts.store.unban(77, start));

    accounts.store.change(timed, {.banned = true, .ban_until = std::optional{start + 5h}}, start);
    CHECK(accounts.get(timed).ban_until == start + 5h);
    accounts.store.change(timed, {.banned = false}, start);
    CHECK_FALSE(accounts.get(timed).ban_until);
}

TEST_CASE("disabled is on or off")
{
    Accounts accounts;
    const AccountId id = accounts.store.add(able_account("a@x.org"), start);
    CHECK(accounts.store.set_disabled(id, true, start));
    CHECK(status_of(accounts.get(id)) == AccountStatus::disabled);
    CHECK(accounts.store.set_disabled(id, false, start));
    CHECK(status_of(accounts.get(id)) == AccountStatus::active);
    CHECK_FALSE(accounts.store.set_disabled(77, true, start));
}

TEST_CASE("with an account goes all that is kept about it, and its id is not given again")
{
    Accounts accounts;
    const AccountId id = accounts.store.add(able_account("a@x.org"), start);
    count_call(*accounts, id, "jimeng-4.0", 60);
    accounts->run(
        "INSERT INTO leases (account_id, model, worker, reserved_at, expires_at, count_epoch) "
        "VALUES (?, 'm', 'w', 0, 0, 0)",
        id);
    CHECK(accounts.store.remove(id));
    CHECK_FALSE(accounts.store.remove(id));
    CHECK(number(*accounts, "SELECT count(*) FROM account_usage") == 0);
    CHECK(number(*accounts, "SELECT count(*) FROM leases") == 0);
    CHECK(accounts.store.add(able_account("a@x.org"), start) > id);
}
