#include "core/storage/accounts/usage_store.hpp"

#include "core/storage/temporary_database.hpp"

using namespace dreamina;

namespace {

struct Usage : TemporaryDatabase {
    AccountId account = AccountStore{**this}.add(able_account("a@x.org"), at("2026-11-22T10:00:00Z"));
    UsageStore store{**this};
};

}  // namespace

TEST_CASE("a limit of three is three")
{
    Usage usage;
    CHECK(usage.store.count(usage.account, "m", 3) == 1);
    CHECK(usage.store.count(usage.account, "m", 3) == 2);
    CHECK(usage.store.count(usage.account, "m", 3) == 3);
    CHECK_FALSE(usage.store.count(usage.account, "m", 3));
    CHECK(usage.store.of_account(usage.account).at("m") == 3);
    CHECK(usage.store.count(usage.account, "m", 4) == 4);   // raised
    CHECK_FALSE(usage.store.count(usage.account, "m", 2));  // lowered
    CHECK_FALSE(usage.store.count(usage.account, "fresh", 0));
    CHECK_FALSE(usage.store.of_account(usage.account).contains("fresh"));
    CHECK(usage.store.count(usage.account, "m", std::nullopt) == 5);
}

TEST_CASE("models and accounts are counted apart")
{
    Usage usage;
    const AccountId other = AccountStore{*usage}.add(able_account("b@x.org"), at("2026-11-22T10:00:00Z"));
    usage.store.count(usage.account, "m", 1);
    CHECK(usage.store.count(usage.account, "n", 1) == 1);
    CHECK(usage.store.count(other, "m", 1) == 1);
    CHECK(usage.store.of_account(other) == std::map<std::string, std::int64_t>{{"m", 1}});
    CHECK_THROWS_AS(usage.store.count(77, "m", 1), DatabaseError);  // no such account
}

TEST_CASE("a call taken back makes room for one, and never goes below nothing")
{
    Usage usage;
    CHECK(usage.store.take_back(usage.account, "m") == 0);
    usage.store.count(usage.account, "m", 2);
    usage.store.count(usage.account, "m", 2);
    CHECK(usage.store.take_back(usage.account, "m") == 1);
    CHECK(usage.store.count(usage.account, "m", 2) == 2);
    for (int i = 0; i < 3; ++i) usage.store.take_back(usage.account, "m");
    CHECK(usage.store.of_account(usage.account).at("m") == 0);
}

TEST_CASE("the reset forgets all of it")
{
    Usage usage;
    usage.store.count(usage.account, "m", 1);
    usage.store.reset_all();
    CHECK(usage.store.of_account(usage.account).empty());
    CHECK(usage.store.count(usage.account, "m", 1) == 1);
}
