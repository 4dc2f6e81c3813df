#include "core/domain/webhook/webhook_schedule.hpp"

#include <doctest/doctest.h>

#include "moment.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

const Time failed_at = at("2026-11-22T10:00:00Z");

milliseconds wait_before_next(std::int64_t attempts, std::optional<std::chrono::seconds> retry_after = {},
                              double chance = 0)
{
    const auto next = next_webhook_attempt(attempts, retry_after, chance, failed_at);
    REQUIRE(next);
    return *next - failed_at;
}

}  // namespace

TEST_CASE("attempts follow each other as the specification has it, and end with the tenth")
{
    CHECK(wait_before_next(0) == 0s);
    CHECK(wait_before_next(1) == 5s);
    CHECK(wait_before_next(2) == 5min);
    CHECK(wait_before_next(3) == 30min);
    CHECK(wait_before_next(4) == 2h);
    CHECK(wait_before_next(5) == 5h);
    CHECK(wait_before_next(6) == 10h);
    CHECK(wait_before_next(7) == 14h);
    CHECK(wait_before_next(8) == 20h);
    CHECK(wait_before_next(9) == 24h);
    CHECK_FALSE(next_webhook_attempt(10, {}, 0, failed_at));
    CHECK_FALSE(next_webhook_attempt(10, 1h, 0, failed_at));
}

TEST_CASE("a receiver may ask for more time, up to a day, but for no less")
{
    CHECK(wait_before_next(1, 60s) == 60s);
    CHECK(wait_before_next(2, 60s) == 5min);
    CHECK(wait_before_next(1, std::chrono::seconds{1'000'000}) == 24h);
}

TEST_CASE("chance adds less than a tenth")
{
    CHECK(wait_before_next(2, {}, 0.5) == 315s);
    CHECK(wait_before_next(2, {}, 0.999) < 330s);
}

TEST_CASE("only a 2xx is a delivery; a redirect is none, and a 410 ends it")
{
    for (const int status : {200, 202, 204, 299}) CHECK(judge_webhook_status(status) == WebhookVerdict::delivered);
    for (const int status : {199, 300, 302, 308, 400, 404, 409, 411, 429, 500, 503})
        CHECK(judge_webhook_status(status) == WebhookVerdict::failed);
    CHECK(judge_webhook_status(410) == WebhookVerdict::gone);
}
