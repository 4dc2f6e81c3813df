#include "core/domain/api_key.hpp"

#include <set>

#include <doctest/doctest.h>

#include "core/base/secret.hpp"
#include "core/storage/time_zone.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

using Why = ApiKeyRefusal::Why;

const Time key_time = parse_rfc3339("2026-11-22T12:34:56.789Z").value();
const Time minute = parse_rfc3339("2026-11-22T12:34:00Z").value();
const ServiceDay today{parse_rfc3339("2026-11-22T04:00:00Z").value(), parse_rfc3339("2026-11-23T04:00:00Z").value()};

std::string some_key() { return make_api_key(random_letters_and_digits(api_key_chance)); }

std::optional<Why> why(const std::optional<ApiKeyRefusal>& refusal)
{
    return refusal ? std::optional{refusal->why} : std::nullopt;
}

}  // namespace

TEST_CASE("a key is told from all else by how it is written")
{
    for (int i = 0; i < 100; ++i) {
        const std::string key = some_key();
        CAPTURE(key);
        CHECK(is_api_key(key));
        CHECK(key.starts_with("dm-"));
        CHECK(key.size() == 46);
        CHECK_FALSE(is_api_key(key + "a"));
        CHECK_FALSE(is_api_key(key.substr(0, key.size() - 1)));
        CHECK_FALSE(is_api_key(" " + key));
        std::string slip = key;
        slip[20] = slip[20] == 'x' ? 'y' : 'x';
        CHECK_FALSE(is_api_key(slip));
    }
    for (const std::string& password :
         {std::string{}, std::string{"dm-"}, std::string{"dm-secret"}, "dm-" + std::string(43, 'a'),
          some_key().replace(0, 3, "dn-"), some_key().replace(10, 1, 1, '\0'), some_key().replace(10, 1, "-")}) {
        CAPTURE(password);
        CHECK_FALSE(is_api_key(password));
    }
}

TEST_CASE("no key comes twice, and what is shown of one leaves most of it to guess")
{
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(some_key());
    CHECK(seen.size() == 1000);
    const std::string key = some_key();
    CHECK(api_key_prefix(key) == key.substr(0, 11));
}

TEST_CASE("states have one name each")
{
    for (const ApiKeyState state : {ApiKeyState::active, ApiKeyState::expired, ApiKeyState::revoked})
        CHECK(parse_api_key_state(to_string(state)) == state);
    CHECK_FALSE(parse_api_key_state("deleted"));
    CHECK(to_string(ApiKeyState::expired) == "expired");
}

TEST_CASE("a key is good until it expires or is revoked")
{
    ApiKeyStatus status;
    CHECK(state_of(status, key_time) == ApiKeyState::active);
    CHECK_FALSE(refusal_by_state(status, key_time));
    status.expires_at = key_time + 1ms;
    CHECK_FALSE(refusal_by_state(status, key_time));
    status.expires_at = key_time;
    CHECK(state_of(status, key_time) == ApiKeyState::expired);
    CHECK(why(refusal_by_state(status, key_time)) == Why::expired);
    status.revoked_at = key_time - 1h;  // says more than that it has run out as well
    CHECK(state_of(status, key_time) == ApiKeyState::revoked);
    CHECK(why(refusal_by_state(status, key_time)) == Why::revoked);
}

TEST_CASE("without a list a key may use any model, with one those on it")
{
    ApiKey key;
    CHECK(may_use(key, "jimeng-4.0"));
    CHECK(may_use(key, "unknown"));
    key.models = {"jimeng-4.0", "video-3.0"};
    CHECK(may_use(key, "video-3.0"));
    CHECK_FALSE(may_use(key, "jimeng-4.1"));
    CHECK_FALSE(may_use(key, "jimeng"));
    CHECK_FALSE(may_use(key, ""));
}

TEST_CASE("the service's day begins at the time of the setting, by the local clock")
{
    const TimeZone zone{"Asia/Shanghai"};
    const ServiceDay day = service_day({4, 0}, key_time);
    CHECK(to_rfc3339(day.begins) == "2026-11-21T20:00:00.000Z");
    CHECK(to_rfc3339(day.ends) == "2026-11-22T20:00:00.000Z");
    CHECK(service_day({4, 0}, day.ends).begins == day.ends);
    CHECK(service_day({4, 0}, day.ends - 1ms).begins == day.begins);
}

TEST_CASE("a count is over with its period, goes on if it began a moment later, and is not held up by a clock put back")
{
    struct Row {
        const char* name;
        Time counted_since;
        Time begins;
        std::int64_t calls;
    };
    for (const Row& row :
         std::initializer_list<Row>{{"this period", minute, minute, 7},
                                    {"the one before", minute - 1min, minute, 0},
                                    {"never", Time{}, minute, 0},
                                    {"another process has the day begin later", key_time - 5s, minute, 7},
                                    {"the clock was put back", key_time + 1ms, minute, 0}}) {
        CAPTURE(row.name);
        const CallCount count = as_of_now(CallCount{row.counted_since, 7}, row.begins, key_time);
        CHECK(count.calls == row.calls);
        CHECK(count.begins == (row.calls == 0 ? row.begins : row.counted_since));
    }
}

TEST_CASE("a call counts for its day, its minute and in all")
{
    ApiKeyUse use;
    use = with_call(use, today, key_time);
    use = with_call(use, today, key_time + 1s);
    CHECK(use.day.begins == today.begins);
    CHECK(use.day.calls == 2);
    CHECK(use.minute.begins == minute);
    CHECK(use.minute.calls == 2);
    CHECK(use.total == 2);
    CHECK(use.last_used_at == key_time + 1s);
    use = with_call(use, today, minute + 1min);
    CHECK(use.day.calls == 3);
    CHECK(use.minute.begins == minute + 1min);
    CHECK(use.minute.calls == 1);
    use = with_call(use, {today.ends, today.ends + 24h}, today.ends);
    CHECK(use.day.calls == 1);
    CHECK(use.total == 4);
    CHECK(use.in_flight == 0);  // not this rule's
}

TEST_CASE("a limit lets so many calls through, and says until when it holds")
{
    ApiKeyStatus status;
    CHECK_FALSE(refusal_by_limit(status, today, key_time));

    status.limits = {.calls_per_day = 5, .calls_per_minute = 3, .concurrency = 2};
    status.use.in_flight = 1;
    status.use.day = {today.begins, 4};
    status.use.minute = {minute, 2};
    CHECK_FALSE(refusal_by_limit(status, today, key_time));

    status.use.in_flight = 2;
    auto refusal = refusal_by_limit(status, today, key_time);
    REQUIRE(refusal);
    CHECK(refusal->why == Why::concurrency);
    CHECK(refusal->limit == 2);
    CHECK_FALSE(refusal->retry_at);

    status.use.minute.calls = 3;
    refusal = refusal_by_limit(status, today, key_time);
    REQUIRE(refusal);
    CHECK(refusal->why == Why::calls_per_minute);
    CHECK(refusal->limit == 3);
    CHECK(refusal->retry_at == minute + 1min);

    status.use.day.calls = 5;
    refusal = refusal_by_limit(status, today, key_time);
    REQUIRE(refusal);
    CHECK(refusal->why == Why::calls_per_day);
    CHECK(refusal->limit == 5);
    CHECK(refusal->retry_at == today.ends);

    status.use.in_flight = 0;
    CHECK(why(refusal_by_limit(status, {today.ends, today.ends + 24h}, today.ends)) == std::nullopt);
}

TEST_CASE("a limit that was lowered below what was used refuses as well")
{
    ApiKeyStatus status;
    status.limits.calls_per_day = 1;
    status.use.day = {today.begins, 50};
    CHECK(why(refusal_by_limit(status, today, key_time)) == Why::calls_per_day);
}
