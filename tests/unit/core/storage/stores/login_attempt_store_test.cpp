#include "core/storage/stores/login_attempt_store.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/domain/login_limits.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const std::string address = "198.51.100.7";

struct Attempts : TemporaryDatabase {
    LoginAttemptStore store{**this};
    std::int64_t rows() { return number(**this, "SELECT count(*) FROM login_attempts"); }
};

}  // namespace

TEST_CASE("wrong passwords add up until a right one comes")
{
    Attempts attempts;
    for (int i = 0; i < 6; ++i) CHECK_FALSE(attempts.store.begin(address, true, start));
    CHECK(attempts.store.throttle_state(address, true, start).failures == 6);
    CHECK(attempts.store.throttle_state(address, true, start).refused_until == start + 1s);
    CHECK(attempts.store.begin(address, true, start + 999ms) == start + 1s);
    CHECK(attempts.store.throttle_state(address, true, start).failures == 6);  // a refused one is none
    CHECK_FALSE(attempts.store.begin("198.51.100.8", true, start));

    CHECK_FALSE(attempts.store.begin(address, true, start + 1s));
    attempts.store.succeeded(address, true, start + 1s);
    CHECK(attempts.store.throttle_state(address, true, start + 1s).failures == 0);
    CHECK(attempts.store.throttle_state(address, true, start + 1s).logged_in_lately);
    CHECK_FALSE(attempts.store.throttle_state(address, true, start + 26h).logged_in_lately);
    CHECK_FALSE(attempts.store.throttle_state("198.51.100.8", true, start).logged_in_lately);
}

TEST_CASE("tries that come at the same time, from many connections, are counted to one")
{
    Attempts attempts;
    std::atomic<int> let_through = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            Database database{attempts.file};
            for (int turn = 0; turn < 25; ++turn)
                if (!LoginAttemptStore{database}.begin(address, true, start)) ++let_through;
        });
    }
    threads.clear();
    CHECK(let_through == free_failures + 1);
}

TEST_CASE("all addresses together: those that logged in within a month and private ones are let through")
{
    Attempts attempts;
    attempts.store.succeeded("203.0.113.1", false, start - 29 * 24h);
    attempts.store.succeeded("203.0.113.2", false, start - 31 * 24h);
    for (int i = 0; i < flood_burst; ++i)
        REQUIRE_FALSE(attempts.store.begin("address " + std::to_string(i), true, start));
    CHECK(attempts.store.begin("one more", true, start) == start + flood_interval);
    CHECK(attempts.store.begin("203.0.113.2", true, start));
    CHECK(attempts.store.throttle_state("one more", true, start).refused_until == start + flood_interval);
    CHECK_FALSE(attempts.store.throttle_state("one more", false, start).refused_until);
    CHECK_FALSE(attempts.store.throttle_state("203.0.113.1", true, start).refused_until);
    CHECK_FALSE(attempts.store.begin("203.0.113.1", true, start));
    CHECK_FALSE(attempts.store.begin("192.168.1.1", false, start));
    for (int i = 0; i < 1000; ++i) attempts.store.begin("flood " + std::to_string(i), true, start);
    CHECK(attempts.rows() == flood_burst + 3);  // who is not looked at leaves no row

    CHECK_FALSE(attempts.store.begin("one more", true, start + flood_interval));
    CHECK(attempts.store.begin("another", true, start + flood_interval));
    attempts.store.succeeded("one more", true, start + flood_interval);  // it was no guess
    CHECK_FALSE(attempts.store.begin("another", true, start + flood_interval));
}

TEST_CASE("what counts no more is forgotten")
{
    Attempts attempts;
    attempts.store.begin("guesser", true, start);
    attempts.store.succeeded("owner", false, start);
    CHECK(attempts.store.remove_forgotten(start + 24h) == 0);
    CHECK(attempts.store.remove_forgotten(start + 24h + 1ms) == 1);
    CHECK(attempts.store.remove_forgotten(start + 30 * 24h) == 0);
    CHECK(attempts.store.remove_forgotten(start + 30 * 24h + 1ms) == 1);
    CHECK(attempts.rows() == 0);
}
