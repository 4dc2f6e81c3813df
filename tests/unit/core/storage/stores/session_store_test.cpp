#include "core/storage/stores/session_store.hpp"

#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Sessions : TemporaryDatabase {
    SessionStore store{**this};
    Time last_seen() { return from_millis(number(**this, "SELECT last_seen_at FROM sessions")); }
};

}  // namespace

TEST_CASE("a session is valid until it ends")
{
    Sessions sessions;
    CHECK_FALSE(sessions.store.find("digest", start));
    sessions.store.add("digest", start);
    CHECK(sessions.store.find("digest", start));
    CHECK_FALSE(sessions.store.find("Digest", start));
    sessions.store.remove("digest");
    CHECK_FALSE(sessions.store.find("digest", start));

    sessions.store.add("one", start);
    sessions.store.add("two", start);
    sessions.store.remove_all();
    CHECK_FALSE(sessions.store.find("two", start));
}

TEST_CASE("unused for twelve hours it is over")
{
    Sessions sessions;
    sessions.store.add("digest", start);
    CHECK_FALSE(sessions.store.find("digest", start + session_idle_limit + 1ms));
    CHECK(sessions.store.find("digest", start + session_idle_limit));
    CHECK(sessions.store.find("digest", start + session_idle_limit + 11h));  // it was used in between
}

TEST_CASE("after a week it is over however much it is used")
{
    Sessions sessions;
    sessions.store.add("digest", start);
    for (Time now = start; now <= start + session_age_limit; now += 6h) CHECK(sessions.store.find("digest", now));
    CHECK_FALSE(sessions.store.find("digest", start + session_age_limit + 1ms));
}

TEST_CASE("being seen is written at most once a minute")
{
    Sessions sessions;
    sessions.store.add("digest", start);
    sessions.store.find("digest", start + 1min);
    CHECK(sessions.last_seen() == start);
    sessions.store.find("digest", start + 1min + 1ms);
    CHECK(sessions.last_seen() == start + 1min + 1ms);
}

TEST_CASE("what is listed: those that live, the one seen last first")
{
    Sessions sessions;
    const auto gone = sessions.store.add("gone", start - session_age_limit - 1ms);
    const auto idle = sessions.store.add("idle", start - session_idle_limit - 1ms);
    const auto first = sessions.store.add("first", start, "192.0.2.1", "Browser/1");
    const auto second = sessions.store.add("second", start + 1h, "2001:db8::1", std::string(5000, 'x'));
    sessions.store.find("first", start + 2h);
    const auto listed = sessions.store.list(start + 2h);
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].id == first);
    CHECK(listed[0].address == "192.0.2.1");
    CHECK(listed[0].user_agent == "Browser/1");
    CHECK(listed[0].created_at == start);
    CHECK(listed[0].last_seen_at == start + 2h);
    CHECK(listed[0].expires_at() == start + 2h + session_idle_limit);
    CHECK(listed[1].id == second);
    CHECK(listed[1].user_agent.size() == max_user_agent_length);
    CHECK(Session{.created_at = start, .last_seen_at = start + session_age_limit - 1h}.expires_at() ==
          start + session_age_limit);

    CHECK(sessions.store.remove(second));
    CHECK_FALSE(sessions.store.remove(second));
    CHECK_FALSE(sessions.store.find("second", start + 2h));
    CHECK(sessions.store.remove(gone));
    CHECK(sessions.store.remove(idle));
}

TEST_CASE("all end but one")
{
    Sessions sessions;
    for (const char* digest : {"a", "b", "c"}) sessions.store.add(digest, start);
    const auto mine = sessions.store.find("b", start);
    CHECK(sessions.store.remove_all_but(mine) == 2);
    CHECK(sessions.store.find("b", start) == mine);
    sessions.store.add("new", start + 10s);
    sessions.store.remove_created_before(start + 10s);
    CHECK_FALSE(sessions.store.find("b", start + 10s));
    CHECK(sessions.store.find("new", start + 10s));
    CHECK(sessions.store.remove_all_but(std::nullopt) == 1);
}

TEST_CASE("a script that logs in for every call does not fill the table, and browsers in use stay")
{
    Sessions sessions;
    sessions.store.add("browser", start);
    for (int i = 0; i < 3 * max_sessions; ++i) {
        const Time now = start + i * 1min;
        sessions.store.find("browser", now);
        sessions.store.add("script " + std::to_string(i), now);
    }
    CHECK(number(*sessions, "SELECT count(*) FROM sessions") == max_sessions);
    CHECK(sessions.store.find("browser", start + 10h));
}

TEST_CASE("a session's digest is of its token and its password")
{
    const std::string digest = session_digest("token", "password");
    CHECK(digest == session_digest("token", "password"));
    CHECK(digest != session_digest("token", "Password"));
    CHECK(digest != session_digest("Token", "password"));
    CHECK(digest != session_digest("tokenp", "assword"));
    CHECK(digest.find("token") == std::string::npos);
}

TEST_CASE("only the expired are cleared away")
{
    Sessions sessions;
    sessions.store.add("old", start);
    sessions.store.add("new", start + 1h);
    CHECK(sessions.store.remove_expired(start + session_idle_limit) == 0);
    CHECK(sessions.store.remove_expired(start + session_idle_limit + 1min) == 1);
    CHECK(sessions.store.find("new", start + session_idle_limit));
}
