#include "core/storage/accounts/usage_store.hpp"

#include "core/storage/counted_calls.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;

namespace {

struct Usage : TemporaryDatabase {
    AccountId account = AccountStore{**this}.add(able_account("a@x.org"), at("2026-11-22T10:00:00Z"));
    UsageStore store{**this};

    auto count(AccountId id, std::string_view model, std::optional<std::int64_t> limit)
    {
        return count_call(**this, id, model, limit);
    }
    std::int64_t take_back(AccountId id, std::string_view model)
    {
        UsageChanges changes{**this};
        const std::int64_t calls = changes.take_back(id, model);
        changes.write();
        return calls;
    }
};

}  // namespace

TEST_CASE("a limit of three is three")
{
    Usage usage;
    CHECK(usage.count(usage.account, "m", 3) == 1);
    CHECK(usage.count(usage.account, "m", 3) == 2);
    CHECK(usage.count(usage.account, "m", 3) == 3);
    CHECK_FALSE(usage.count(usage.account, "m", 3));
    CHECK(usage.store.of_account(usage.account).at("m") == 3);
    CHECK(usage.count(usage.account, "m", 4) == 4);   // raised
    CHECK_FALSE(usage.count(usage.account, "m", 2));  // lowered
    CHECK_FALSE(usage.count(usage.account, "fresh", 0));
    CHECK_FALSE(usage.store.of_account(usage.account).contains("fresh"));
    CHECK(usage.count(usage.account, "m", std::nullopt) == 5);
}

TEST_CASE("models and accounts are counted apart")
{
    Usage usage;
    const AccountId other = AccountStore{*usage}.add(able_account("b@x.org"), at("2026-11-22T10:00:00Z"));
    usage.count(usage.account, "m", 1);
    CHECK(usage.count(usage.account, "n", 1) == 1);
    CHECK(usage.count(other, "m", 1) == 1);
    CHECK(usage.store.of_account(other) == std::map<std::string, std::int64_t>{{"m", 1}});
    CHECK_THROWS_AS(usage.count(77, "m", 1), DatabaseError);  // no such account
}

TEST_CASE("a call taken back makes room for one, and never goes below nothing")
{
    Usage usage;
    CHECK(usage.take_back(usage.account, "m") == 0);
    usage.count(usage.account, "m", 2);
    usage.count(usage.account, "m", 2);
    CHECK(usage.take_back(usage.account, "m") == 1);
    CHECK(usage.count(usage.account, "m", 2) == 2);
    for (int i = 0; i < 3; ++i) usage.take_back(usage.account, "m");
    CHECK(usage.store.of_account(usage.account).at("m") == 0);
}

TEST_CASE("what a batch counts and takes back is told as if each had been written, and is written once")
{
    Usage usage;
    usage.count(usage.account, "m", 9);
    UsageChanges changes{*usage};
    CHECK(changes.count(usage.account, "m", 3) == 2);
    CHECK(changes.count(usage.account, "n", std::nullopt));
    CHECK(changes.count(usage.account, "m", 3) == 3);
    CHECK_FALSE(changes.count(usage.account, "m", 3));
    CHECK(changes.take_back(usage.account, "m") == 2);
    CHECK(changes.take_back(usage.account, "n") == 0);
    CHECK(usage.store.of_account(usage.account) == std::map<std::string, std::int64_t>{{"m", 1}});
    changes.write();
    changes.write();
    CHECK(usage.store.of_account(usage.account) == std::map<std::string, std::int64_t>{{"m", 2}});
    CHECK(changes.count(usage.account, "m", 3) == 3);
}

TEST_CASE("the reset forgets all of it")
{
    Usage usage;
    usage.count(usage.account, "m", 1);
    usage.store.reset_all();
    CHECK(usage.store.of_account(usage.account).empty());
    CHECK(usage.count(usage.account, "m", 1) == 1);
}
