#include "core/storage/stores/lease_store.hpp"

#include <algorithm>

#include "core/storage/stores/pool_state.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Leases : TemporaryDatabase {
    AccountId account = AccountStore{**this}.add(able_account("a@x.org"), start);
    LeaseStore store{**this};
    LeaseId add(const char* worker, milliseconds length)
    {
        return add({.account = account,
                    .model = "m",
                    .worker = worker,
                    .reserved_at = start,
                    .expires_at = start + length,
                    .count_epoch = read_pool_state(**this).count_epoch});
    }
    LeaseId add(NewLease lease)
    {
        PoolState state = read_pool_state(**this);
        lease.id = ++state.last_lease;
        store.add({&lease, 1});
        write_counters(**this, state);
        return lease.id;
    }
    std::optional<LeaseRow> find(LeaseId id)
    {
        const auto found = store.find({&id, 1});
        return found.empty() ? std::nullopt : std::optional{found.front()};
    }
    std::optional<LeaseRow> take(LeaseId id)
    {
        auto found = find(id);
        store.remove({&id, 1});
        return found;
    }
    std::int64_t next_step()
    {
        PoolState state = read_pool_state(**this);
        ++state.reserve_seq;
        write_counters(**this, state);
        return read_pool_state(**this).reserve_seq;
    }
};

}  // namespace

TEST_CASE("a lease is taken once")
{
    Leases leases;
    leases.store.begin_count_epoch();
    const LeaseId id = leases.add("one", 1min);
    const auto taken = leases.take(id);
    REQUIRE(taken);
    CHECK(taken->id == id);
    CHECK(taken->account == leases.account);
    CHECK(taken->model == "m");
    CHECK(taken->count_epoch == 1);
    CHECK_FALSE(leases.take(id));
    CHECK(leases.add("one", 1min) > id);  // an id of the past means no other lease
}

TEST_CASE("found by their time, by their worker, and by account")
{
    Leases leases;
    const LeaseId brief = leases.add("one", 1min);
    const LeaseId longer = leases.add("two", 2min);
    const LeaseId another = leases.add("two", 3min);
    CHECK(leases.store.expired(start + 1min - 1ms).empty());
    CHECK(leases.store.expired(start + 1min) == std::vector{brief});
    CHECK(leases.store.expired(start + 1h).size() == 3);
    CHECK(leases.store.of_worker("two") == std::vector{longer, another});
    CHECK(leases.store.of_worker("three").empty());
    auto workers = leases.store.workers();
    std::sort(workers.begin(), workers.end());
    CHECK(workers == std::vector<std::string>{"one", "two"});
}

TEST_CASE("the order of use and the epoch only grow, and survive the connection")
{
    Leases leases;
    CHECK(leases.next_step() == 1);
    CHECK(leases.next_step() == 2);
    CHECK(read_pool_state(*leases).count_epoch == 0);
    leases.store.begin_count_epoch();
    Database other{leases.file};
    CHECK(read_pool_state(other).reserve_seq == 2);
    CHECK(read_pool_state(other).count_epoch == 1);
}

TEST_CASE("a lease knows the key that its request came with, and when that call was counted")
{
    Leases leases;
    const auto add = [&](std::optional<KeyCall> call) {
        return leases.add({.account = leases.account,
                           .model = "m",
                           .worker = "one",
                           .reserved_at = start,
                           .expires_at = start + 1min,
                           .key_call = call});
    };
    const LeaseId counted = add(KeyCall{.key = 5, .counted_at = start});
    const LeaseId another_attempt = add(KeyCall{.key = 5, .counted_at = {}});
    const LeaseId without = add(std::nullopt);
    CHECK(leases.find(counted).value().key_call.value().key == 5);
    CHECK(leases.take(counted).value().key_call.value().counted_at == start);
    const auto second = leases.take(another_attempt).value();
    CHECK(second.key_call.value().key == 5);
    CHECK_FALSE(second.key_call.value().counted_at);
    CHECK_FALSE(leases.take(without).value().key_call);
}
