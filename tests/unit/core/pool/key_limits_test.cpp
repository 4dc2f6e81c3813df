/// What a key may do holds where its calls are counted: in the transaction that reserves.

#include "core/pool/account_pool.hpp"
#include "core/pool/wait_queue.hpp"
#include "core/storage/stores/api_key_store.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

using Why = ApiKeyRefusal::Why;

struct Keyed : AccountPool {
    ApiKeyStore keys{**this};

    Keyed() { now = at("2026-11-22T10:00:30Z"); }

    ApiKeyId key(ApiKeyLimits limits, const std::string& name = "a")
    {
        return keys.add({.name = name, .prefix = "dm-", .status = {.limits = limits}}, "digest of " + name, now);
    }
    ApiKeyUse use(ApiKeyId id) { return as_of_now(keys.find(id).value().status.use, today(), now); }
    ServiceDay today() const
    {
        const Time midnight = std::chrono::floor<std::chrono::days>(now);
        return {midnight, midnight + 24h};
    }
    /// Accounts have one request at a time: later ones wait.
    void one_at_a_time()
    {
        settings.account_max_concurrency = 1;
        apply_limits(**this, settings);
    }

    std::variant<Reservation, Ticket> come(std::optional<ApiKeyId> id, std::vector<AccountId> tried = {})
    {
        WaitingRequest request{.worker = worker,
                               .rule = catalog.resolve("jimeng-4.5", settings),
                               .tried = std::move(tried),
                               .lease_for = 5min};
        if (id)
            request.key_call = {.key = *id, .counted_at = request.tried.empty() ? std::optional{now} : std::nullopt};
        auto outcome = reserve_or_wait(**this, request, true, now, today());
        dispatch_waiters(**this, now);
        return outcome;
    }
    Lease served(std::optional<ApiKeyId> id, std::vector<AccountId> tried = {})
    {
        auto outcome = come(id, std::move(tried));
        REQUIRE(std::holds_alternative<Reservation>(outcome));
        REQUIRE(std::get<Reservation>(outcome).has_value());
        return *std::get<Reservation>(outcome);
    }
    Ticket waits(ApiKeyId id)
    {
        const auto outcome = come(id);
        REQUIRE(std::holds_alternative<Ticket>(outcome));
        return std::get<Ticket>(outcome);
    }
    NoLease refused(ApiKeyId id, std::vector<AccountId> tried = {})
    {
        const auto outcome = come(id, std::move(tried));
        REQUIRE(std::holds_alternative<Reservation>(outcome));
        REQUIRE_FALSE(std::get<Reservation>(outcome).has_value());
        return std::get<Reservation>(outcome).error();
    }
    /// Refused by the key itself.
    ApiKeyRefusal key_refusal(ApiKeyId id)
    {
        const NoLease refusal = refused(id);
        REQUIRE(refusal.why == NoLease::Why::key_refused);
        REQUIRE(refusal.key);
        return *refusal.key;
    }
    std::int64_t waiting() { return number(**this, "SELECT count(*) FROM waiting"); }
};

}  // namespace

TEST_CASE("a request with a key is counted with its lease; its lease and its end say whose it is")
{
    Keyed pool;
    pool.add("a@x.org");
    const ApiKeyId id = pool.key({});
    const Lease lease = pool.served(id);
    CHECK(number(*pool, "SELECT api_key_id FROM leases") == id);
    CHECK(number(*pool, "SELECT call_counted_at FROM leases") == to_millis(pool.now));
    CHECK(pool.use(id).total == 1);
    CHECK(pool.use(id).day.calls == 1);
    CHECK(pool.use(id).minute.calls == 1);
    CHECK(pool.use(id).last_used_at == pool.now);
    CHECK(pool.use(id).in_flight == 1);
    pool.settle_as(lease, Verdict::success);
    CHECK(pool.use(id).total == 1);
    CHECK(pool.use(id).in_flight == 0);

    pool.served(std::nullopt);
    CHECK(text(*pool, "SELECT api_key_id FROM leases") == "NULL");
    CHECK(pool.use(id).total == 1);
}

TEST_CASE("calls per minute: so many, then refused until the next minute begins")
{
    Keyed pool;
    pool.add("a@x.org");
    const ApiKeyId id = pool.key({.calls_per_minute = 3});
    const ApiKeyId other = pool.key({.calls_per_minute = 1}, "b");
    for (int i = 0; i < 3; ++i) pool.settle_as(pool.served(id), Verdict::success);
    const ApiKeyRefusal refusal = pool.key_refusal(id);
    CHECK(refusal.why == Why::calls_per_minute);
    CHECK(refusal.limit == 3);
    CHECK(refusal.retry_at == at("2026-11-22T10:01:00Z"));
    pool.served(other);  // a key's use is its own
    pool.now = at("2026-11-22T10:00:59.999Z");
    CHECK(pool.key_refusal(id).why == Why::calls_per_minute);
    pool.now = at("2026-11-22T10:01:00Z");
    pool.served(id);
    CHECK(pool.use(id).total == 4);
    CHECK(pool.use(id).minute.calls == 1);
}

TEST_CASE("calls per day: so many, then refused until the day is over")
{
    Keyed pool;
    pool.add("a@x.org");
    const ApiKeyId id = pool.key({.calls_per_day = 2});
    for (int i = 0; i < 2; ++i) pool.served(id);
    const ApiKeyRefusal refusal = pool.key_refusal(id);
    CHECK(refusal.why == Why::calls_per_day);
    CHECK(refusal.retry_at == at("2026-11-23T00:00:00Z"));
    pool.now = at("2026-11-23T00:00:00Z");
    pool.served(id);
    CHECK(pool.use(id).day.calls == 1);
}

TEST_CASE("concurrency: one more is refused at once, and let in when one has ended, however it ended")
{
    Keyed pool;
    pool.add("a@x.org");
    const ApiKeyId id = pool.key({.concurrency = 2});
    const Lease first = pool.served(id);
    const Lease second = pool.served(id);
    CHECK(pool.key_refusal(id).why == Why::concurrency);
    CHECK(pool.key_refusal(id).limit == 2);
    CHECK(pool.use(id).total == 2);
    pool.settle_as(first, Verdict::interrupted);
    const Lease third = pool.served(id);
    give_back(*pool, second.id, pool.now);
    pool.served(id);
    CHECK(pool.key_refusal(id).why == Why::concurrency);
    AccountStore{*pool}.remove(third.account);
    pool.add("b@x.org");
    pool.served(id);  // those of a deleted account hold nothing any more
}

TEST_CASE("a refusal of whatever kind counts nothing")
{
    Keyed pool;
    const ApiKeyId id = pool.key({.calls_per_day = 5, .concurrency = 1});
    CHECK(pool.refused(id).why == NoLease::Why::none_eligible);
    pool.add("a@x.org");
    pool.served(id);
    pool.key_refusal(id);
    pool->run("UPDATE upstream_breaker SET opened_at = ?1, probe_at = ?1 + 60000", pool.now);
    const ApiKeyId other = pool.key({}, "b");
    CHECK(pool.refused(other).why == NoLease::Why::upstream_down);
    CHECK(pool.use(id).total == 1);
    CHECK(pool.use(other).total == 0);
    CHECK_FALSE(pool.use(other).last_used_at);
}

TEST_CASE("a key that is revoked, expired, deleted or none is refused where the call would be counted")
{
    Keyed pool;
    pool.add("a@x.org");
    const ApiKeyId revoked = pool.key({});
    pool.keys.revoke(revoked, pool.now);
    CHECK(pool.key_refusal(revoked).why == Why::revoked);
    pool.keys.remove(revoked, pool.now);
    CHECK(pool.key_refusal(revoked).why == Why::unknown);
    CHECK(pool.key_refusal(99).why == Why::unknown);
    const ApiKeyId expired = pool.keys.add({.name = "b", .prefix = "dm-", .status = {.expires_at = pool.now + 1s}},
                                           "another digest", pool.now);
    pool.served(expired);
    pool.now += 1s;
    CHECK(pool.key_refusal(expired).why == Why::expired);
    CHECK(pool.leases() == 1);
}

TEST_CASE("what was never sent is taken back; what was left behind by a dead worker is not, but holds no place")
{
    Keyed pool;
    pool.add("a@x.org");
    const ApiKeyId id = pool.key({.calls_per_day = 2, .concurrency = 1});
    give_back(*pool, pool.served(id).id, pool.now);
    CHECK(pool.use(id).total == 0);
    CHECK(pool.use(id).day.calls == 0);
    CHECK(pool.use(id).in_flight == 0);
    pool.served(id);
    CHECK(settle_abandoned(*pool, {pool.worker}, pool.now) == 1);
    CHECK(pool.use(id).total == 1);
    CHECK(pool.use(id).in_flight == 0);
    pool.served(id);
    CHECK(pool.key_refusal(id).why == Why::calls_per_day);
}

TEST_CASE("another attempt is the same call: not counted again, no limit stands in its way, nor is it taken back")
{
    Keyed pool;
    const AccountId a = pool.add("a@x.org");
    const AccountId b = pool.add("b@x.org");
    const ApiKeyId id = pool.key({.calls_per_day = 1, .calls_per_minute = 1, .concurrency = 1});
    pool.settle_as(pool.served(id), Verdict::server_error);
    const Lease second = pool.served(id, {a});
    CHECK(second.account == b);
    CHECK(pool.use(id).total == 1);
    CHECK(pool.use(id).in_flight == 1);
    CHECK(text(*pool, "SELECT call_counted_at FROM leases") == "NULL");
    give_back(*pool, second.id, pool.now);
    CHECK(pool.use(id).total == 1);
    CHECK(pool.use(id).in_flight == 0);
    pool.keys.revoke(id, pool.now);
    CHECK(pool.refused(id, {a}).why == NoLease::Why::key_refused);  // a revoked key gets no further attempt
}

TEST_CASE("a request in the queue is counted and in flight from the first moment, and once")
{
    Keyed pool;
    pool.one_at_a_time();
    pool.add("a@x.org");
    const ApiKeyId id = pool.key({.calls_per_day = 3, .concurrency = 2});
    const Lease first = pool.served(id);
    const Ticket ticket = pool.waits(id);
    CHECK(pool.use(id).total == 2);
    CHECK(pool.use(id).in_flight == 2);
    CHECK(pool.key_refusal(id).why == Why::concurrency);
    pool.settle_as(first, Verdict::success);
    dispatch_waiters(*pool, pool.now);
    CHECK(pool.use(id).in_flight == 1);
    const auto ended = take_finished(*pool, pool.worker, pool.now);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].ticket == ticket);
    REQUIRE(ended[0].reservation);
    CHECK(pool.use(id).total == 2);
    CHECK(pool.use(id).in_flight == 1);
    give_back(*pool, ended[0].reservation->id, pool.now);  // its client has gone
    CHECK(pool.use(id).total == 1);
    CHECK(pool.use(id).in_flight == 0);
}

TEST_CASE("a request that leaves the queue without a lease has made no call")
{
    Keyed pool;
    pool.one_at_a_time();
    const AccountId account = pool.add("a@x.org");
    const ApiKeyId id = pool.key({});
    pool.served(id);

    SUBCASE("because it took too long, or its client has gone")
    {
        CHECK(leave(*pool, pool.waits(id), pool.now).error().why == NoLease::Why::busy);
    }
    SUBCASE("because there is no account left to wait for")
    {
        pool.waits(id);
        pool.waits(id);
        pool->run("UPDATE accounts SET disabled = 1 WHERE id = ?", account);
        CHECK(take_finished(*pool, pool.worker, pool.now).size() == 2);
    }
    GatheredSums sums;
    SUBCASE("because its worker died")
    {
        pool.waits(id);
        remove_waiters_of(*pool, {pool.worker}, pool.now, sums);
    }
    SUBCASE("because its worker died when it had been given an account")
    {
        pool.waits(id);
        pool->run("UPDATE accounts SET in_flight = 0, busy = 0");
        dispatch_waiters(*pool, pool.now);
        CHECK(pool.leases() == 2);
        remove_waiters_of(*pool, {pool.worker}, pool.now, sums);
    }
    CHECK(pool.waiting() == 0);
    CHECK(pool.use(id).total == 1);
    CHECK(pool.use(id).day.calls == 1);
    CHECK(pool.use(id).minute.calls == 1);
    CHECK(pool.use(id).in_flight == 1);
}

TEST_CASE("whose key is revoked while it waits gets no account, and the account is free for the next")
{
    Keyed pool;
    pool.one_at_a_time();
    pool.add("a@x.org");
    const ApiKeyId id = pool.key({});
    const Lease first = pool.served(std::nullopt);
    pool.waits(id);
    pool.keys.revoke(id, pool.now);
    pool.settle_as(first, Verdict::success);
    dispatch_waiters(*pool, pool.now);
    const auto ended = take_finished(*pool, pool.worker, pool.now);
    REQUIRE(ended.size() == 1);
    REQUIRE_FALSE(ended[0].reservation);
    CHECK(ended[0].reservation.error().why == NoLease::Why::key_refused);
    CHECK(ended[0].reservation.error().key.value().why == Why::revoked);
    CHECK(pool.leases() == 0);
    CHECK(pool.use(id).total == 0);
    pool.served(std::nullopt);
}
