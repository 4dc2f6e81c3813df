#include "core/pool/circuit_breaker.hpp"

#include "core/pool/account_pool.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Pool : AccountPool {
    AccountId a = add("a@x.org");
    AccountId b = add("b@x.org");
    AccountId c = add("c@x.org");
    AccountId d = add("d@x.org");

    std::string_view phase() { return phase_of(BreakerStore{**this}.state()); }
    bool is_blamed(AccountId id)
    {
        const Account account = get(id);
        return account.banned || account.error_count > 0;
    }
    void open_it()
    {
        for (int i = 0; i < 3; ++i) serve("jimeng-4.5", Verdict::server_error);
        REQUIRE(phase() == "open");
    }
    NoLease refusal()
    {
        const auto reservation = ask("jimeng-4.5");
        REQUIRE_FALSE(reservation.has_value());
        return reservation.error();
    }
};

}  // namespace

TEST_CASE("three accounts that fail in a row are an outage: their bans are lifted, and no request is sent")
{
    Pool pool;
    pool.serve("jimeng-4.5", Verdict::server_error);
    pool.serve("jimeng-4.5", Verdict::gateway_error);
    CHECK(pool.get(pool.a).banned);
    CHECK(pool.get(pool.b).error_count == 1);
    CHECK(pool.phase() == "closed");
    pool.serve("jimeng-4.5", Verdict::server_error);
    CHECK(pool.phase() == "open");
    for (const AccountId id : {pool.a, pool.b, pool.c}) {
        CHECK_FALSE(pool.is_blamed(id));
        CHECK_FALSE(pool.get(id).ban_until);
        CHECK(pool.get(id).in_flight == 0);
    }
    CHECK(text(*pool, "SELECT status_note FROM accounts WHERE id = ?", pool.a) == "NULL");
    const NoLease refusal = pool.refusal();
    CHECK(refusal.why == NoLease::Why::upstream_down);
    CHECK(refusal.retry_at == pool.now + 1s);
    CHECK(pool.leases() == 0);
}

TEST_CASE("one account that fails again and again is its own affair")
{
    Pool pool;
    pool.serve("jimeng-4.5", Verdict::server_error);
    for (int i = 0; i < 5; ++i) {
        AccountSelection{*pool}.revert_bans(pool.a, pool.get(pool.a).ban_until, false, pool.now);
        pool->run("UPDATE accounts SET last_used_seq = 0 WHERE id = ?", pool.a);
        CHECK(pool.serve("jimeng-4.5", Verdict::server_error) == pool.a);
    }
    CHECK(pool.phase() == "closed");
    CHECK(pool.get(pool.a).banned);
}

TEST_CASE("a sign of work in between keeps it closed, and those before it stay banned")
{
    Pool pool;
    pool.serve("jimeng-4.5", Verdict::server_error);
    pool.serve("jimeng-4.5", Verdict::server_error);
    CHECK(pool.serve("jimeng-4.5", Verdict::content_refused) == pool.c);
    CHECK_FALSE(BreakerStore{*pool}.has_failures());
    pool.serve("jimeng-4.5", Verdict::server_error);
    CHECK(pool.phase() == "closed");
    pool.serve("jimeng-4.5", Verdict::server_error);
    CHECK(pool.phase() == "closed");
    for (const AccountId id : {pool.a, pool.b, pool.c, pool.d}) CHECK(pool.get(id).banned);
}

TEST_CASE("failures that lie far apart are not one outage")
{
    Pool pool;
    for (int i = 0; i < 4; ++i) {
        pool.serve("jimeng-4.5", Verdict::server_error);
        pool.now += 31s;
    }
    CHECK(pool.phase() == "closed");
}

TEST_CASE("where no connection comes about one account is enough, and it is not touched")
{
    Pool pool;
    for (const AccountId id : {pool.b, pool.c, pool.d}) AccountStore{*pool}.remove(id);
    for (int i = 0; i < 3; ++i) pool.settle_as(pool.reserved("jimeng-4.5"), Verdict::provider_unreachable, true);
    CHECK(pool.phase() == "open");
    CHECK_FALSE(pool.is_blamed(pool.a));
    CHECK(pool.calls(pool.a, "jimeng-4.5") == 0);
}

TEST_CASE("a ban that an administrator or an earlier answer gave is not the outage's to lift")
{
    Pool pool;
    const Lease early = pool.reserved("jimeng-4.5");
    const Lease other = pool.reserved("jimeng-4.5");
    REQUIRE(early.account == pool.a);
    pool->run("UPDATE accounts SET banned = 1, ban_until = NULL, status_note = 'by hand' WHERE id = ?", pool.a);
    pool->run("UPDATE accounts SET banned = 1, ban_until = ? WHERE id = ?", pool.now + 48h, pool.b);
    pool.settle_as(early, Verdict::server_error);
    pool.settle_as(other, Verdict::server_error);
    pool.serve("jimeng-4.5", Verdict::server_error);
    REQUIRE(pool.phase() == "open");
    CHECK(pool.get(pool.a).banned);
    CHECK_FALSE(pool.get(pool.a).ban_until);
    CHECK(text(*pool, "SELECT status_note FROM accounts WHERE id = ?", pool.a) == "by hand");
    CHECK(pool.get(pool.b).ban_until == pool.now + 48h);
    CHECK_FALSE(pool.is_blamed(pool.c));
    CHECK(pool.get(pool.a).error_count == 0);
}

TEST_CASE("what fails while it is open was sent before, and is attributed to the upstream")
{
    Pool pool;
    const Lease late = pool.reserved("jimeng-4.5");
    pool.open_it();
    CHECK(pool.settle_as(late, Verdict::server_error));
    CHECK_FALSE(pool.is_blamed(late.account));
    CHECK(pool.calls(late.account, "jimeng-4.5") == 0);
    CHECK(pool.phase() == "open");
    CHECK_FALSE(BreakerStore{*pool}.state().probe_lease);
}

TEST_CASE("what is the account's own is booked as ever while it is open")
{
    Pool pool;
    const Lease late = pool.reserved("jimeng-4.5");
    pool.open_it();
    CHECK(pool.settle_as(late, Verdict::rate_limited));
    CHECK(pool.get(late.account).banned);
    CHECK(pool.phase() == "open");
}

TEST_CASE("one probe at a time; it fails, and the next comes later")
{
    Pool pool;
    pool.open_it();
    pool.now += 1s;
    const Lease probe = pool.reserved("jimeng-4.5");
    CHECK(pool.phase() == "half_open");
    CHECK(pool.refusal().why == NoLease::Why::upstream_down);
    pool.settle_as(probe, Verdict::server_error);
    CHECK(pool.phase() == "open");
    CHECK_FALSE(pool.is_blamed(probe.account));
    CHECK(pool.refusal().retry_at == pool.now + 2s);
    pool.now += 2s;
    pool.settle_as(pool.reserved("jimeng-4.5"), Verdict::interrupted);  // cut: no sign of life either
    CHECK(pool.refusal().retry_at == pool.now + 4s);
}

TEST_CASE("a probe that succeeds closes it")
{
    Pool pool;
    pool.open_it();
    pool.now += 1s;
    pool.serve("jimeng-4.5");
    CHECK(pool.phase() == "closed");
    pool.serve("jimeng-4.5", Verdict::server_error);
    pool.serve("jimeng-4.5", Verdict::server_error);
    CHECK(pool.phase() == "closed");  // as new
}

TEST_CASE("a probe that says nothing, or was never sent, leaves the next request to try")
{
    Pool pool;
    pool.open_it();
    pool.now += 1s;
    pool.settle_as(pool.reserved("jimeng-4.5"), Verdict::rate_limited);
    CHECK(pool.phase() == "open");
    const Lease unsent = pool.reserved("jimeng-4.5");
    CHECK(pool.phase() == "half_open");
    give_back(*pool, unsent.id, pool.now);
    CHECK(pool.phase() == "open");
    pool.serve("jimeng-4.5");
    CHECK(pool.phase() == "closed");
}

TEST_CASE("no account can serve: the probe is left to a request that can be sent")
{
    Pool pool;
    pool.open_it();
    pool.now += 1s;
    const ModelRule nowhere{.id = "elsewhere", .regions = 1 << 4};
    CHECK_FALSE(reserve(*pool, nowhere, "w", pool.now, pool.now + 5min));
    CHECK(pool.phase() == "open");
    pool.serve("jimeng-4.5");
    CHECK(pool.phase() == "closed");
}

TEST_CASE("the upstream works on the probe for ten seconds: requests pass again")
{
    Pool pool;
    pool.open_it();
    pool.now += 1s;
    const Lease probe = pool.reserved("jimeng-4.5");
    pool.now += 10s;
    const Lease next = pool.reserved("jimeng-4.5");
    CHECK(pool.phase() == "closed");
    CHECK(pool.settle_as(probe, Verdict::success));
    CHECK(pool.settle_as(next, Verdict::success));
}

TEST_CASE("the worker of the probe dies: it failed")
{
    Pool pool;
    pool.open_it();
    pool.now += 1s;
    pool.reserved("jimeng-4.5");
    CHECK(settle_abandoned(*pool, {pool.worker}, pool.now) == 1);
    CHECK(pool.phase() == "open");
    CHECK(pool.refusal().retry_at == pool.now + 2s);
}

TEST_CASE("the account of the probe is removed: others try after a while")
{
    Pool pool;
    pool.open_it();
    pool.now += 1s;
    const Lease probe = pool.reserved("jimeng-4.5");
    AccountStore{*pool}.remove(probe.account);
    CHECK_FALSE(pool.settle_as(probe, Verdict::server_error));
    pool.now += 10s;
    CHECK(pool.ask("jimeng-4.5").has_value());
}

TEST_CASE("another upstream starts as new")
{
    Pool pool;
    pool.serve("jimeng-4.5", Verdict::server_error);
    CircuitBreaker{*pool}.reset();
    CHECK_FALSE(BreakerStore{*pool}.has_failures());
    pool.now += 5h;
    pool->run("UPDATE accounts SET banned = 0");
    pool.open_it();
    CircuitBreaker{*pool}.reset();
    CHECK(pool.phase() == "closed");
    CHECK(pool.ask("jimeng-4.5").has_value());
}

TEST_CASE("what was sent before the outage and ends well does not close it")
{
    Pool pool;
    const Lease early = pool.reserved("jimeng-4.5");
    pool.now += 1s;
    pool.open_it();
    pool.settle_as(early, Verdict::success);
    CHECK(pool.phase() == "open");
}

TEST_CASE("successes of earlier requests delay the opening, but those who were banned meanwhile are let go as well")
{
    Pool pool;
    const Lease early = pool.reserved("jimeng-4.5");
    pool.now += 1s;
    const AccountId banned = pool.serve("jimeng-4.5", Verdict::server_error);
    pool.settle_as(early, Verdict::success);
    CHECK(pool.is_blamed(banned));
    for (int i = 0; i < 3 && pool.phase() == "closed"; ++i) pool.serve("jimeng-4.5", Verdict::server_error);
    CHECK(pool.phase() == "open");
    CHECK_FALSE(pool.is_blamed(banned));
}

TEST_CASE("one client that repeats one request locks no other out, and bans no account")
{
    Pool pool;
    for (int i = 0; i < 8; ++i) {
        const auto lease = pool.ask("jimeng-4.5");
        REQUIRE(lease.has_value());
        pool.settle_as(*lease, Verdict::server_error, false, "one key, one body");
        CHECK(pool.phase() == "closed");
    }
    for (const AccountId id : {pool.a, pool.b, pool.c, pool.d}) CHECK_FALSE(pool.is_blamed(id));

    // Another client meets it too.
    pool.settle_as(pool.reserved("jimeng-4.5"), Verdict::server_error, false, "one key, another body");
    CHECK(pool.phase() == "open");
}

TEST_CASE("an account's failure with a client's request is the account's own until three of them have met it")
{
    Pool pool;
    pool.settle_as(pool.reserved("jimeng-4.5"), Verdict::server_error, false, "one");
    pool.settle_as(pool.reserved("jimeng-4.5"), Verdict::server_error, false, "one");
    CHECK(pool.get(pool.a).banned);
    CHECK(pool.get(pool.b).banned);
    pool.settle_as(pool.reserved("jimeng-4.5"), Verdict::server_error, false, "one");
    for (const AccountId id : {pool.a, pool.b, pool.c}) CHECK_FALSE(pool.is_blamed(id));
}
