/// Requests with a key, through a worker's write queue.

#include "core/pool/write_queue_worker.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/time_zone.hpp"

using namespace dreamina;

namespace {

struct KeyedWorker : Worker {
    using Worker::Worker;

    ApiKeyId key(ApiKeyLimits limits)
    {
        Transaction transaction{*pool};
        const ApiKeyId id = ApiKeyStore{*pool}.add({.name = "a", .prefix = "dm-", .status = {.limits = limits}},
                                                   "digest", system_now());
        transaction.commit();
        return id;
    }
    ApiKeyUse use(ApiKeyId id) { return ApiKeyStore{*pool}.find(id).value().status.use; }
    WriteQueue::ReservationRequest wanted(ApiKeyId id, std::vector<AccountId> tried = {})
    {
        return {.rule = rule, .tried = std::move(tried), .lease_for = 5min, .api_key = id};
    }
    static Settlement failed(const Lease& lease)
    {
        return {.lease = lease.id, .verdict = Verdict::generation_failed, .session_id = lease.session_id};
    }
};

}  // namespace

TEST_CASE("a burst gets as many leases as its key's limit says")
{
    KeyedWorker worker;
    worker.pool.add("a@x.org");
    const ApiKeyId id = worker.key({.calls_per_day = 50});
    int by_key = 0;
    int leases = 0;
    for (int i = 0; i < 300; ++i) {
        worker.write_queue->reserve(worker.wanted(id), [&](const Reservation& reservation) {
            if (reservation) {
                ++leases;
            } else if (reservation.error().why == NoLease::Why::key_refused) {
                ++by_key;
            }
        });
    }
    worker.work.run_until([&] { return leases + by_key == 300; });
    CHECK(leases == 50);
    CHECK(worker.use(id).total == 50);
    CHECK(worker.use(id).in_flight == 50);
}

TEST_CASE("a key's day begins when the setting says, also when that changes")
{
    const TimeZone zone{"UTC"};
    KeyedWorker worker;
    worker.pool.add("a@x.org");
    const ApiKeyId id = worker.key({});
    const auto call = [&](std::chrono::hours since) {
        const auto begins = std::chrono::floor<std::chrono::minutes>(system_now() - since);
        const auto of_day = begins - std::chrono::floor<std::chrono::days>(begins);
        WriteQueue::ReservationRequest wanted = worker.wanted(id);
        wanted.day_begins = {static_cast<int>(of_day / 1h), static_cast<int>(of_day % 1h / 1min)};
        const auto before = worker.answers.leases.size();
        worker.write_queue->reserve(std::move(wanted), worker.answers.reserved());
        worker.work.run_until([&] { return worker.answers.leases.size() > before; });
        return worker.use(id).day;
    };
    const CallCount first = call(2h);
    CHECK(first.calls == 1);
    CHECK(system_now() - first.begins >= 2h);
    CHECK(system_now() - first.begins < 2h + 2min);
    CHECK(call(2h).calls == 2);
    const CallCount later = call(1h);
    CHECK(later.calls == 1);
    CHECK(system_now() - later.begins < 1h + 2min);
    CHECK(call(2h).calls == 2);  // another worker has not heard of it yet: the day goes on
    CHECK(worker.use(id).total == 4);
}

TEST_CASE("between two attempts no other request takes the place of the request among its key's")
{
    KeyedWorker worker;
    const AccountId a = worker.pool.add("a@x.org");
    const AccountId b = worker.pool.add("b@x.org");
    const ApiKeyId id = worker.key({.concurrency = 1});
    worker.write_queue->reserve(worker.wanted(id), worker.answers.reserved());
    worker.work.run_until([&] { return worker.answers.leases.size() == 1; });
    const Lease first = worker.answers.leases.back();
    CHECK(first.account == a);

    Answers another;
    worker.write_queue->reserve(worker.wanted(id, {a}), worker.answers.reserved(), KeyedWorker::failed(first));
    worker.write_queue->reserve(worker.wanted(id), another.reserved());
    worker.work.run_until([&] { return worker.answers.leases.size() == 2 && another.all() == 1; });
    CHECK(worker.answers.leases.back().account == b);
    CHECK(another.refused == 1);
    CHECK(worker.pool.leases() == 1);
    CHECK(worker.pool.get(a).error_count == 1);
    CHECK(worker.use(id).total == 1);
}

TEST_CASE("the attempt before is settled even if there is no other account")
{
    KeyedWorker worker;
    const AccountId a = worker.pool.add("a@x.org");
    const Lease first = worker.reserve_now();
    worker.write_queue->reserve({.rule = worker.rule, .tried = {a}, .lease_for = 5min}, worker.answers.reserved(),
                                KeyedWorker::failed(first));
    worker.work.run_until([&] { return worker.answers.refused == 1; });
    CHECK(worker.pool.leases() == 0);
    CHECK(worker.pool.get(a).error_count == 1);
}

TEST_CASE(
    "while the database refuses, the client is told, and the attempt before is settled later, with no other after it")
{
    KeyedWorker worker{0ms};
    const AccountId a = worker.pool.add("a@x.org");
    worker.pool.add("b@x.org");
    const Lease first = worker.reserve_now();
    {
        Database other{worker.pool.file};
        Transaction holds_the_lock{other};
        worker.write_queue->reserve({.rule = worker.rule, .tried = {a}, .lease_for = 5min}, worker.answers.reserved(),
                                    KeyedWorker::failed(first));
        worker.work.run_until([&] { return worker.answers.unavailable == 1; });
    }
    worker.wait_for_leases(0);
    CHECK(worker.pool.get(a).error_count == 1);
    CHECK(worker.answers.all() == 2);  // the first lease, and that one refusal
}
