#include "storage/daily_run_store.hpp"

#include "storage/temporary_database.hpp"

using namespace dreamina;

TEST_CASE("each daily job remembers its own last day")
{
    TemporaryDatabase database;
    DailyRunStore runs{*database};
    CHECK(runs.last_day("reset").empty());
    runs.set_last_day("reset", "2026-11-21", at("2026-11-21T00:00:00Z"));
    runs.set_last_day("reset", "2026-11-22", at("2026-11-22T00:00:01Z"));
    CHECK(runs.last_day("reset") == "2026-11-22");
    CHECK(runs.last_day("other").empty());
    CHECK(from_millis(number(*database, "SELECT ran_at FROM daily_runs")) == at("2026-11-22T00:00:01Z"));
    Database another{database.file};
    CHECK(DailyRunStore{another}.last_day("reset") == "2026-11-22");
}
