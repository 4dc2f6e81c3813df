#include "core/storage/accounts/account_selection.hpp"

#include <algorithm>

#include <sqlite3.h>

#include <fmt/format.h>

#include "core/storage/accounts/account_queues.hpp"
#include "core/storage/stores/model_store.hpp"
#include "core/storage/accounts/pool_figures.hpp"
#include "core/storage/counted_calls.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/upstream_facts_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Selection : TemporaryDatabase {
    AccountSelection selection{**this};
    ModelCatalog catalog{ModelStore{**this}.all()};
    std::int64_t sequence = 0;

    AccountId add(const NewAccount& account) { return AccountStore{**this}.add(account, start); }
    ModelRule rule(std::string_view model) const { return catalog.resolve(model, Settings{}); }
    std::optional<AccountId> chosen(const ModelRule& of)
    {
        const auto candidate = AccountQueues{**this}.choose(of);
        return candidate ? std::optional{candidate->id} : std::nullopt;
    }
    /// In a batch of its own.
    template <class Change>
    void change(AccountId account, Change change)
    {
        AccountQueues queues{**this};
        REQUIRE(queues.find(account) != nullptr);
        queues.change(account, change);
        queues.write(start);
    }
    void use(AccountId account)
    {
        change(account, [&](PoolAccount& used) { dreamina::use(used, ++sequence, 0); });
    }
    void set_exhausted(AccountId account, int bit, bool exhausted)
    {
        change(account, [&](PoolAccount& changed) { dreamina::set_exhausted(changed, bit, exhausted); });
    }

    /// The statements that choose() prepared: which queues there are, and of one those in front.
    sqlite3_stmt* listing() { return statement_with("classes(class)"); }
    sqlite3_stmt* reading() { return statement_with("ORDER BY a.last_used_seq"); }
    sqlite3_stmt* statement_with(std::string_view text)
    {
        sqlite3_stmt* found = nullptr;
        for (auto* each = sqlite3_next_stmt((*this)->handle(), nullptr); each != nullptr;
             each = sqlite3_next_stmt((*this)->handle(), each)) {
            if (std::string_view{sqlite3_sql(each)}.find(text) != std::string_view::npos) found = each;
        }
        REQUIRE(found != nullptr);
        return found;
    }

    /// What one choice costs, in steps of SQLite's machine.
    int steps(const ModelRule& of)
    {
        chosen(of);
        for (sqlite3_stmt* each : {listing(), reading()}) sqlite3_stmt_status(each, SQLITE_STMTSTATUS_VM_STEP, 1);
        chosen(of);
        return sqlite3_stmt_status(listing(), SQLITE_STMTSTATUS_VM_STEP, 0) +
               sqlite3_stmt_status(reading(), SQLITE_STMTSTATUS_VM_STEP, 0);
    }

    /// `count` accounts, all of them used once, all but the last `able` at their limit of jimeng-4.0.
    void fill(int count, int able)
    {
        Transaction transaction{**this};
        for (int i = 0; i < count; ++i) {
            const AccountId id = add(able_account(fmt::format("{}@x.org", i)));
            use(id);
            if (i < count - able) set_exhausted(id, 0, true);
        }
        transaction.commit();
    }
};

}  // namespace

TEST_CASE("an empty pool gives no account")
{
    Selection pool;
    CHECK_FALSE(pool.chosen(pool.rule("jimeng-4.0")));
}

TEST_CASE("the candidate carries what the request needs")
{
    Selection pool;
    NewAccount account = able_account("a@x.org", Region::jp);
    account.proxy_url = "http://127.0.0.1:3128";
    const AccountId id = pool.add(account);
    const auto candidate = AccountQueues{*pool}.choose(pool.rule("jimeng-4.0"));
    REQUIRE(candidate);
    CHECK(candidate->id == id);
    CHECK(candidate->region == Region::jp);
    CHECK(candidate->session_id == *account.session_id);
    CHECK(candidate->proxy_url == "http://127.0.0.1:3128");
}

TEST_CASE("the least recently used of all regions and states comes first; unused ones in the order they came")
{
    Selection pool;
    const AccountId us = pool.add(able_account("us@x.org", Region::us));
    const AccountId cn = pool.add(able_account("cn@x.org", Region::cn));
    const AccountId hk = pool.add(able_account("hk@x.org", Region::hk));
    const ModelRule rule = pool.rule("jimeng-4.0");
    for (const AccountId expected : {us, cn, hk, us, cn, hk}) {
        CHECK(pool.chosen(rule) == expected);
        pool.use(expected);
    }
    pool.set_exhausted(us, 2, true);  // of another model: another class, the same place in the order
    CHECK(pool.chosen(rule) == us);
}

TEST_CASE("who is out of the pool is never chosen")
{
    for (const char* out : {"banned = 1", "disabled = 1", "session_expired = 1", "session_id = NULL",
                            "banned = 1, ban_until = 0", "exhausted = 1", "points = 0", "points = -1"}) {
        CAPTURE(std::string{out});
        Selection pool;
        pool.add(able_account("a@x.org"));
        CHECK(pool.chosen(pool.rule("jimeng-4.0")));
        pool->run(std::string{"UPDATE accounts SET "} + out);
        CHECK_FALSE(pool.chosen(pool.rule("jimeng-4.0")));
    }
}

TEST_CASE("an exhausted model keeps an account from that model only, whichever of all bits it has")
{
    Selection pool;
    const AccountId id = pool.add(able_account("a@x.org"));
    for (int bit = 0; bit <= 50; ++bit) {
        CAPTURE(bit);
        ModelRule rule = pool.rule("jimeng-4.0");
        rule.limit_bit = bit;
        ModelRule other = rule;
        other.limit_bit = (bit + 1) % 51;
        pool.set_exhausted(id, bit, true);
        CHECK_FALSE(pool.chosen(rule));
        CHECK(pool.chosen(other) == id);
        pool.set_exhausted(id, bit, false);
        CHECK(pool.chosen(rule) == id);
    }
}

TEST_CASE("how the accounts stand: each counted once, under the first reason that holds")
{
    Selection pool;
    const auto add_with = [&](const char* email, Region region, const char* set) {
        const AccountId id = pool.add(able_account(email, region));
        if (*set != '\0') pool->run(std::string{"UPDATE accounts SET "} + set + " WHERE id = ?", id);
    };
    add_with("disabled@x.org", Region::hk, "disabled = 1, banned = 1, session_id = NULL");
    add_with("sessionless@x.org", Region::hk, "session_id = NULL, banned = 1");
    add_with("expired@x.org", Region::hk, "session_expired = 1, points = 0");
    add_with("elsewhere@x.org", Region::us, "points = 0, banned = 1, ban_until = 5");
    add_with("pointless@x.org", Region::jp, "points_doubted = 1, exhausted = 16, banned = 1, ban_until = 6");
    add_with("full@x.org", Region::cn, "points = 0, exhausted = 16, banned = 1, ban_until = 7");
    add_with("banned@x.org", Region::sg, "banned = 1, ban_until = 2000, exhausted = 15");
    add_with("banned-longer@x.org", Region::sg, "banned = 1, ban_until = 3000");
    add_with("banned-for-good@x.org", Region::sg, "banned = 1");

    const Eligibility eligibility = pool.selection.eligibility_for(pool.rule("jimeng-video-3.0-pro"));
    CHECK(eligibility.total == 9);
    CHECK(eligibility.disabled == 1);
    CHECK(eligibility.without_session == 2);
    CHECK(eligibility.other_region == 1);
    CHECK(eligibility.without_points == 1);
    CHECK(eligibility.points_doubted == 1);
    CHECK(eligibility.at_limit == 1);
    CHECK(eligibility.banned == 3);
    CHECK(eligibility.next_ban_end == from_millis(2000));
    CHECK_FALSE(pool.chosen(pool.rule("jimeng-video-3.0-pro")));
}

TEST_CASE("an empty pool and one banned for good have no next end of a ban")
{
    Selection pool;
    CHECK(pool.selection.eligibility_for(pool.rule("jimeng-4.0")).total == 0);
    CHECK_FALSE(pool.selection.eligibility_for(pool.rule("jimeng-4.0")).next_ban_end);
    pool.add(able_account("a@x.org"));
    pool->run("UPDATE accounts SET banned = 1");
    CHECK_FALSE(pool.selection.eligibility_for(pool.rule("jimeng-4.0")).next_ban_end);
}

TEST_CASE("the exhausted sets follow a limit both ways, and only those that change are written")
{
    Selection pool;
    const AccountId none = pool.add(able_account("none@x.org"));
    const AccountId two = pool.add(able_account("two@x.org"));
    for (int i = 0; i < 2; ++i) count_call(*pool, two, "video-3.0");
    count_call(*pool, none, "jimeng-4.0");
    const auto exhausted = [&](AccountId id) {
        return number(*pool, "SELECT exhausted FROM accounts WHERE id = ?", id);
    };

    pool.set_exhausted(two, 0, true);
    pool.selection.recompute_exhausted("video-3.0", 4, 2);
    CHECK(pool->changes() == 1);
    CHECK(exhausted(two) == 0b10001);
    CHECK(exhausted(none) == 0);
    pool.selection.recompute_exhausted("video-3.0", 4, 0);
    CHECK(pool->changes() == 1);
    CHECK(exhausted(none) == 0b10000);
    pool.selection.recompute_exhausted("video-3.0", 4, 3);
    CHECK(pool->changes() == 2);
    CHECK(exhausted(two) == 0b00001);
    CHECK(exhausted(none) == 0);
    pool.set_exhausted(two, 4, true);
    pool.selection.clear_exhausted_bit(4);
    CHECK(pool->changes() == 1);
    CHECK(exhausted(two) == 0b00001);
    pool.selection.clear_exhausted();
    CHECK(pool->changes() == 1);
}

TEST_CASE("choosing reads no table from end to end")
{
    Selection pool;
    pool.fill(200, 100);
    pool.chosen(pool.rule("jimeng-4.0"));
    int by_the_index = 0;
    for (sqlite3_stmt* each : {pool.listing(), pool.reading()}) {
        const std::string explain = std::string{"EXPLAIN QUERY PLAN "} + sqlite3_sql(each);
        for (auto plan = pool->query(explain); plan.next();) {
            const std::string step = plan.text("detail");
            CAPTURE(step);
            CHECK_FALSE(step.starts_with("SCAN accounts"));
            CHECK(step != "SCAN a");
            CHECK(step.find("AUTOMATIC") == std::string::npos);
            CHECK(step.find("TEMP B-TREE") == std::string::npos);
            if (step.starts_with("SEARCH accounts") || step.starts_with("SEARCH a ")) {
                CHECK(step.find("INDEX accounts_pool (pool_class") != std::string::npos);
                ++by_the_index;
            }
        }
    }
    CHECK(by_the_index == 4);
}

TEST_CASE("a choice costs the same among 20,000 accounts of which 19,900 are at their limit")
{
    Selection small;
    small.fill(200, 100);
    Selection large;
    large.fill(20'000, 100);
    CHECK(large.chosen(large.rule("jimeng-4.0")) == 19'901);
    CHECK(large.steps(large.rule("jimeng-4.0")) == small.steps(small.rule("jimeng-4.0")));
    CHECK(large.steps(large.rule("jimeng-4.1")) == small.steps(small.rule("jimeng-4.1")));
}

TEST_CASE("eligibility tells of each account why it is ineligible, but of no more than a bounded number")
{
    Selection pool;
    const AccountId cn = pool.add(able_account("cn@x.org", Region::cn));
    NewAccount poor = able_account("poor@x.org");
    poor.points = 0;
    const AccountId without_points = pool.add(poor);
    const AccountId able = pool.add(able_account("able@x.org"));
    const Eligibility eligibility =
        pool.selection.eligibility_for({.id = "m", .regions = only(Region::us), .needs_points = true});
    CHECK(eligibility.total == 3);
    CHECK(eligibility.other_region == 1);
    CHECK(eligibility.without_points == 1);
    REQUIRE(eligibility.accounts.size() == 2);
    CHECK(eligibility.accounts[0].account == cn);
    CHECK(eligibility.accounts[0].reason == IneligibleReason::other_region);
    CHECK(eligibility.accounts[1].account == without_points);
    CHECK(able > without_points);

    Transaction transaction{*pool};
    for (std::size_t i = 0; i < max_account_ineligibilities; ++i)
        pool.add(able_account("cn" + std::to_string(i) + "@x.org", Region::cn));
    transaction.commit();
    const Eligibility large = pool.selection.eligibility_for({.id = "m", .regions = only(Region::us)});
    CHECK(large.other_region == 1 + static_cast<std::int64_t>(max_account_ineligibilities));
    CHECK(large.accounts.size() == max_account_ineligibilities);
}

TEST_CASE("an account with a proxy is not used with the upstream that gives proxies away, and a standing says so")
{
    Selection pool;
    NewAccount proxied = able_account("proxied@x.org");
    proxied.proxy_url = "http://user:password@proxy.example:3128";
    const AccountId with_proxy = pool.add(proxied);
    const ModelRule rule = pool.rule("jimeng-4.0");
    const auto upstream_is = [&](UpstreamKind kind) { UpstreamFactsStore{*pool}.write({.kind = kind}); };
    CHECK(pool.chosen(rule) == with_proxy);
    upstream_is(UpstreamKind::jimeng_api);
    CHECK(pool.chosen(rule) == with_proxy);
    CHECK(pool.selection.eligibility_for(rule).proxy_unsafe == 0);

    upstream_is(UpstreamKind::jimeng_api_go);
    CHECK_FALSE(pool.chosen(rule));
    CHECK_FALSE(AccountQueues{*pool}.any_busy(rule));
    const Eligibility eligibility = pool.selection.eligibility_for(rule);
    CHECK(eligibility.proxy_unsafe == 1);
    REQUIRE(eligibility.accounts.size() == 1);
    CHECK(eligibility.accounts[0].reason == IneligibleReason::proxy_unsafe);
    const AccountId without = pool.add(able_account("without@x.org"));
    CHECK(pool.chosen(rule) == without);

    AccountStore{*pool}.change(with_proxy, {.proxy_url = std::optional<std::string>{}}, start);
    pool.use(without);
    CHECK(pool.chosen(rule) == with_proxy);
}

TEST_CASE("with that upstream the figures of a model leave out accounts with a proxy")
{
    Selection pool;
    NewAccount proxied = able_account("proxied@x.org");
    proxied.proxy_url = "http://proxy.example:3128";
    pool.add(proxied);
    pool.add(able_account("without@x.org"));
    const auto free_accounts = [&] {
        const auto models = ModelStore{*pool}.all();
        const auto model =
            std::find_if(models.begin(), models.end(), [](const Model& m) { return m.id == "jimeng-4.0"; });
        REQUIRE(model != models.end());
        return PoolCapacity{*pool}.of(*model, Settings{}).accounts;
    };
    CHECK(free_accounts() == 2);
    UpstreamFactsStore{*pool}.write({.kind = UpstreamKind::jimeng_api_go});
    CHECK(free_accounts() == 1);
}
