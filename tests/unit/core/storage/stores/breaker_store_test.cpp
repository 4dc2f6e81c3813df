#include "core/storage/stores/breaker_store.hpp"

#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Breaker : TemporaryDatabase {
    AccountId account = AccountStore{**this}.add(able_account("a@x.org"), start);
    BreakerStore store{**this};
    void add(RecordedFailure recorded, const char* request)
    {
        recorded.failure.request = request;
        recorded.failure.origin = store.origin_of(request);
        store.add_failure(recorded);
    }

    RecordedFailure failure(Time when, std::optional<Time> ban_until = {}) const
    {
        return {.failure = {.account = account, .unreached = !ban_until, .at = when},
                .was_error = ban_until.has_value(),
                .ban_until = ban_until};
    }
};

}  // namespace

TEST_CASE("a fresh database has a closed breaker and no failures")
{
    Breaker breaker;
    CHECK_FALSE(breaker.store.state().is_open());
    CHECK_FALSE(breaker.store.has_failures());
    CHECK(breaker.store.failures().empty());
}

TEST_CASE("a state is read as it was written, by another connection too")
{
    Breaker breaker;
    breaker.store.set_state(after_probe_was_sent(after_probe_failed(opened(start), start + 1s), 42, start + 3s));
    Database other{breaker.file};
    const BreakerState state = BreakerStore{other}.state();
    CHECK(state.opened_at == start);
    CHECK(state.probe_at == start + 3s);
    CHECK(state.failed_probes == 1);
    CHECK(state.probe_lease == 42);
    CHECK(state.probe_sent_at == start + 3s);

    breaker.store.set_state(opened(start + 1min));
    CHECK_FALSE(breaker.store.state().probe_lease);
    breaker.store.set_state({});
    CHECK_FALSE(breaker.store.state().is_open());
    CHECK(number(*breaker, "SELECT count(*) FROM upstream_breaker") == 1);
}

TEST_CASE("failures are told in their order, with what they led to")
{
    Breaker breaker;
    breaker.add(breaker.failure(start), "one");
    breaker.add(breaker.failure(start + 1s, start + 4h), "two");
    CHECK(breaker.store.has_failures());
    const auto failures = breaker.store.failures();
    REQUIRE(failures.size() == 2);
    CHECK(failures[0].failure.account == breaker.account);
    CHECK(failures[0].failure.unreached);
    CHECK(failures[0].failure.at == start);
    CHECK_FALSE(failures[0].was_error);
    CHECK_FALSE(failures[0].ban_until);
    CHECK_FALSE(failures[1].failure.unreached);
    CHECK(failures[1].was_error);
    CHECK(failures[1].ban_until == start + 4h);
    CHECK(text(*breaker, "SELECT request FROM upstream_failures ORDER BY id DESC") == "two");
    CHECK(failures[0].failure.origin == breaker.store.origin_of("one"));

    breaker.store.clear_failures();
    CHECK_FALSE(breaker.store.has_failures());
}

TEST_CASE("what is older than an hour is forgotten when another comes")
{
    Breaker breaker;
    breaker.add(breaker.failure(start), "one");
    breaker.add(breaker.failure(start + 1ms), "two");
    breaker.add(breaker.failure(start + 1h + 1ms), "three");
    const auto failures = breaker.store.failures();
    REQUIRE(failures.size() == 2);
    CHECK(failures[0].failure.at == start + 1ms);
}

TEST_CASE("the failures of an account go with it")
{
    Breaker breaker;
    breaker.add(breaker.failure(start), "one");
    AccountStore{*breaker}.remove(breaker.account);
    CHECK_FALSE(breaker.store.has_failures());
}

TEST_CASE("an origin is kept as a digest that is this database's own")
{
    Breaker one;
    const TemporaryFolder folder;
    REQUIRE(prepare_database(folder / "other.db"));  // the others are copies of one
    Database other{folder / "other.db"};
    CHECK(one.store.origin_of("who and what") == BreakerStore{*one}.origin_of("who and what"));
    CHECK(one.store.origin_of("who and what") != one.store.origin_of("who and what else"));
    CHECK(one.store.origin_of("who and what") != BreakerStore{other}.origin_of("who and what"));
}
