#include "core/pool/scheduler_presence.hpp"

#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("the scheduler's signs: its lock and its beat")
{
    const TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    const Time now = at("2026-11-22T10:00:00Z");
    CHECK_FALSE(scheduler_signs(file).locked);
    CHECK_FALSE(scheduler_signs(file).beat_at);
    {
        const auto presence = SchedulerPresence::announce(file);
        REQUIRE(presence);
        CHECK(scheduler_signs(file).locked);
        CHECK_FALSE(scheduler_signs(file).running(now));  // it has not beaten yet
        presence->beat(now);
        CHECK(scheduler_signs(file).beat_at == now);
        CHECK(scheduler_signs(file).running(now + 10s));
        CHECK_FALSE(scheduler_signs(file).running(now + 11s));
        const auto second = SchedulerPresence::announce(file);
        REQUIRE_FALSE(second);
        CHECK(second.error().code == "locked");
    }
    CHECK_FALSE(scheduler_signs(file).running(now));
    CHECK(scheduler_signs(file).beat_at == now);
}
