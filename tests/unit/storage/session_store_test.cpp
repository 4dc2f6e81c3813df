#include "storage/session_store.hpp"

#include "storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time start = at("2026-11-22T10:00:00Z");

struct Sessions : TemporaryDatabase {
    SessionStore store{**this};
    Time last_seen() { return from_millis(number(**this, "SELECT last_seen_at FROM sessions")); }
};

}  // namespace

TEST_CASE("a session is valid until it ends")
{
    Sessions sessions;
    CHECK_FALSE(sessions.store.is_valid("digest", start));
    sessions.store.add("digest", start);
    CHECK(sessions.store.is_valid("digest", start));
    CHECK_FALSE(sessions.store.is_valid("Digest", start));
    sessions.store.remove("digest");
    CHECK_FALSE(sessions.store.is_valid("digest", start));

    sessions.store.add("one", start);
    sessions.store.add("two", start);
    sessions.store.remove_all();
    CHECK_FALSE(sessions.store.is_valid("two", start));
}

TEST_CASE("unused for twelve hours it is over")
{
    Sessions sessions;
    sessions.store.add("digest", start);
    CHECK_FALSE(sessions.store.is_valid("digest", start + session_idle_limit + 1ms));
    CHECK(sessions.store.is_valid("digest", start + session_idle_limit));
    CHECK(sessions.store.is_valid("digest", start + session_idle_limit + 11h));  // it was used in between
}

TEST_CASE("after a week it is over however much it is used")
{
    Sessions sessions;
    sessions.store.add("digest", start);
    for (Time now = start; now <= start + session_age_limit; now += 6h) CHECK(sessions.store.is_valid("digest", now));
    CHECK_FALSE(sessions.store.is_valid("digest", start + session_age_limit + 1ms));
}

TEST_CASE("being seen is written at most once a minute")
{
    Sessions sessions;
    sessions.store.add("digest", start);
    sessions.store.is_valid("digest", start + 1min);
    CHECK(sessions.last_seen() == start);
    sessions.store.is_valid("digest", start + 1min + 1ms);
    CHECK(sessions.last_seen() == start + 1min + 1ms);
}

TEST_CASE("only the expired are cleared away")
{
    Sessions sessions;
    sessions.store.add("old", start);
    sessions.store.add("new", start + 1h);
    CHECK(sessions.store.remove_expired(start + session_idle_limit) == 0);
    CHECK(sessions.store.remove_expired(start + session_idle_limit + 1min) == 1);
    CHECK(sessions.store.is_valid("new", start + session_idle_limit));
}
