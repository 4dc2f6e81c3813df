#include "core/health/finding.hpp"

#include <doctest/doctest.h>

#include "core/health/machine_checks.hpp"
#include "core/health/service_checks.hpp"
#include "core/health/thresholds.hpp"
#include "core/health/work_checks.hpp"
#include "temporary_folder.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("a finding tells of what it is, what was found, and what to do")
{
    const Finding found{Level::warning, "health.disk.low_space", {{"free_bytes", 512'000'000}}};
    CHECK(found.part() == "disk");
    CHECK(found.short_code() == "low_space");
    CHECK(english(found.summary()) == "Only 512.0 MB free on the disk of the database.");
    CHECK(english(found.advice()).find("BACKUP_KEEP") != std::string::npos);
    const Finding well{Level::ok, "health.backup.none_yet"};
    CHECK(well.short_code() == "ok");
    CHECK(well.advice().empty());
    CHECK(worst_of({well, found, well}) == Level::warning);
    CHECK(worst_of({}) == Level::ok);
}

TEST_CASE("every diagnosis that is no upstream has its texts")
{
    for (const UpstreamDiagnosis diagnosis : all_upstream_diagnoses) {
        const Finding found = look_at_upstream({.diagnosis = diagnosis});
        CHECK((found.level == Level::ok) == is_upstream(diagnosis));
        CHECK_MESSAGE(english(found.summary()).find("health.") == std::string::npos, to_string(diagnosis));
        CHECK(found.advice().empty() == is_upstream(diagnosis));
    }
}

TEST_CASE("the scheduler: it never ran, is gone, is stuck")
{
    const Time now = from_millis(1'000'000);
    CHECK(look_at_scheduler({}, now).code == "health.scheduler.never_ran");
    CHECK(look_at_scheduler({.locked = true, .beat_at = now}, now).level == Level::ok);
    CHECK(look_at_scheduler({.locked = false, .beat_at = now}, now).code == "health.scheduler.not_running");
    CHECK(look_at_scheduler({.locked = true, .beat_at = now - 1min}, now).code == "health.scheduler.stuck");
}

TEST_CASE("a backup is old after 26 hours, by the schedule and by the files alike")
{
    const Time now = system_now();
    const auto by_schedule = [&](std::chrono::hours age) {
        return look_at_backup({{.name = "backup", .last_ended_at = now - age, .outcome = "ok"}}, now);
    };
    CHECK(by_schedule(25h).level == Level::ok);
    CHECK(by_schedule(27h).code == "health.backup.old");

    const TemporaryFolder folder;
    CHECK(look_at_backup_files(folder.path()).code == "health.backup.none");
}
